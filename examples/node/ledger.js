// A client of the ledger for Node: the contract, the retry policy, promises, and errors with their reason.
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import grpc from "@grpc/grpc-js";
import loader from "@grpc/proto-loader";

const root = new URL("../../", import.meta.url);
const DEADLINE_MS = 10_000;

// `make contract` writes the descriptor set: the protos with everything that they import.
// Fields have the names of the protos. An int64 comes as a string, because a number of JavaScript cannot hold it.
const contract = loader.loadFileDescriptorSetFromBuffer(
  readFileSync(new URL("build/ledger-v1.binpb", root)),
  { longs: String, enums: String, defaults: true, oneofs: true },
);
const { CommandService, QueryService, HistoryService, SubscriptionService } = grpc.loadPackageDefinition(contract).ledger.v1;

/** What failed, as the service says it: `reason`, `metadata`, `sentence`, `violations`. */
export class LedgerError extends Error {
  constructor(failure, requestId) {
    super(`${grpc.status[failure.code]}: ${failure.details}`);
    this.code = failure.code;
    this.requestId = requestId;
    const [trailer] = failure.metadata?.get("grpc-status-details-bin") ?? [];
    for (const detail of trailer ? contract["google.rpc.Status"].deserialize(trailer).details : []) {
      const type = detail.type_url.split("/").pop();
      const content = contract[type]?.deserialize(detail.value);
      if (type === "google.rpc.ErrorInfo") {
        this.reason = content.reason;
        this.metadata = Object.fromEntries(content.metadata.map(({ key, value }) => [key, value]));
      }
      if (type === "google.rpc.LocalizedMessage") this.sentence = content.message;
      if (type === "google.rpc.BadRequest") this.violations = content.field_violations;
    }
  }
}

/** A UUID of version 7: made once for each command, and used again on every retry. */
export function newRequestId() {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  return bytes.toString("hex").replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

/** The event of a stored entry, such as `deposit_posted`. */
export function typeOf(stored) {
  return contract["ledger.v1.Entry"].deserialize(stored.entry).event;
}

export class Ledger {
  constructor(address, { credentials = grpc.credentials.createInsecure(), language = "zh-CN" } = {}) {
    const options = {
      // Retries of gRPC itself, with the same bytes and so with the same request id.
      "grpc.service_config": readFileSync(new URL("ledger/client/service_config.json", root), "utf8"),
      // A retry helps only when a new connection was tried meanwhile.
      "grpc.initial_reconnect_backoff_ms": 200,
      "grpc.max_receive_message_length": 64 * 1024 * 1024,
    };
    this.services = [CommandService, QueryService, HistoryService, SubscriptionService].map(
      (Service) => new Service(address, credentials, options),
    );
    this.language = language;
  }

  /** Calls a unary method: `await ledger.call("RecordDeposit", {account, deposit})`. */
  call(method, request) {
    const service = this.services.find((one) => one[method]);
    const takesId = service[method].requestType.type.field.some((field) => field.name === "request_id");
    const asked = takesId ? { request_id: newRequestId(), ...request } : request;
    return new Promise((resolve, reject) => {
      const options = { deadline: Date.now() + DEADLINE_MS };
      service[method](asked, this.#headers(), options, (failure, answer) =>
        failure ? reject(new LedgerError(failure, asked.request_id)) : resolve(answer),
      );
    });
  }

  /** The messages of a subscription. Keep `next_position` with your own work, and begin there again. */
  async *follow(ledger, fromPosition = 1, selection = {}) {
    const service = this.services.find((one) => one.Subscribe);
    const call = service.Subscribe({ ledger, from_position: fromPosition, selection }, this.#headers());
    try {
      for await (const message of call) yield message;
    } catch (failure) {
      throw new LedgerError(failure);
    } finally {
      call.cancel();
    }
  }

  close() {
    for (const service of this.services) service.close();
  }

  #headers() {
    const headers = new grpc.Metadata();
    headers.set("accept-language", this.language);
    return headers;
  }
}
