// node tour.js [address] [ledger]: opens an account, deposits, reads, lists, follows, and is refused.
import { randomUUID } from "node:crypto";
import { Ledger, LedgerError, newRequestId, typeOf } from "./ledger.js";

const [address = "127.0.0.1:50051", code = "410100"] = process.argv.slice(2);
const ledger = new Ledger(address, { language: "en" });
const account = `ledgers/${code}/accounts/${randomUUID()}`;

try {
  await ledger.call("OpenAccount", {
    account,
    opening: { scheme: "SCHEME_EMPLOYEE", person_type: "PERSON_TYPE_ACTIVE" },
  });

  // A deposit of 160 yuan. The same request id again is the same deposit, not another one.
  const deposit = { amount: 16000, source: "DEPOSIT_SOURCE_PERSONAL_CONTRIBUTION" };
  const requestId = newRequestId();
  const { transaction } = await ledger.call("RecordDeposit", { account, request_id: requestId, deposit });
  console.log("deposited", transaction.entries[0].balance_change, "fen");
  const again = await ledger.call("RecordDeposit", { account, request_id: requestId, deposit });
  console.log("sent again, replayed:", again.transaction.replayed);

  const read = await ledger.call("GetAccount", { name: account });
  console.log("balance", read.account.balance, "fen,", read.account.state);

  const page = await ledger.call("ListTransactions", { account, page_size: 10 });
  for (const move of page.transactions) console.log("listed", move.kind, move.balance_change);

  // Follow the account: first what is there, then each commit. This one ends when it has caught up.
  for await (const message of ledger.follow(`ledgers/${code}`, 1, { streams: [account] })) {
    for (const stored of message.entries) console.log("followed", typeOf(stored));
    if (message.caught_up) break;
  }

  try {
    await ledger.call("LiftLoss", { account, lift: {} });
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    console.log("refused:", error.reason, "-", error.sentence);
  }
  try {
    await ledger.call("RecordDeposit", { account, deposit: { amount: -1 } });
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    console.log("refused:", error.reason, "-", error.violations.map((found) => found.field).join(", "));
  }
} finally {
  ledger.close();
}
