# ruby tour.rb [address] [ledger]: opens and activates an account, deposits, reads, lists, follows, and is refused.
#
# The generated code is in build/ruby; docs/clients.md says how it comes there.
$LOAD_PATH.unshift(File.expand_path("../../build/ruby", __dir__))
require "securerandom"
require "grpc"
require "google/protobuf/well_known_types"
require "google/rpc/error_details_pb"
require "google/rpc/status_pb"
require "ledger/v1/command_service_services_pb"
require "ledger/v1/entry_pb"
require "ledger/v1/history_service_services_pb"
require "ledger/v1/query_service_services_pb"
require "ledger/v1/subscription_service_services_pb"

V1 = Ledger::V1
address, code = ARGV[0] || "127.0.0.1:50051", ARGV[1] || "410100"

options = {
  # Retries of gRPC itself, with the same bytes and so with the same request id.
  "grpc.service_config" => File.read(File.join(__dir__, "../../ledger/client/service_config.json")),
  # A retry helps only when a new connection was tried meanwhile.
  "grpc.initial_reconnect_backoff_ms" => 200,
  "grpc.max_receive_message_length" => 32 * 1024 * 1024,
}
stub = ->(service, **more) { service::Stub.new(address, :this_channel_is_insecure, channel_args: options, **more) }
commands, queries, history = [V1::CommandService, V1::QueryService, V1::HistoryService].map { stub.(_1, timeout: 10) }
subscriptions = stub.(V1::SubscriptionService) # a stream has no deadline

# What failed, as the ledger says it: the reason for programs, the sentence for people. gRPC's own failures have none.
def why(failure)
  details = failure.to_rpc_status&.details.to_a
  info, sentence = [Google::Rpc::ErrorInfo, Google::Rpc::LocalizedMessage].map do |type|
    details.find { _1.is(type) }&.unpack(type)
  end
  info ? "#{info.reason} - #{sentence.message}" : failure.message
end

account = "ledgers/#{code}/accounts/#{SecureRandom.uuid}"
opening = { scheme: :SCHEME_EMPLOYEE, person_type: :PERSON_TYPE_ACTIVE }
commands.open_account(V1::OpenAccountRequest.new(account: account, request_id: SecureRandom.uuid, opening: opening))
activation = { channel: :CHANNEL_APP }
commands.activate_account(
  V1::ActivateAccountRequest.new(account: account, request_id: SecureRandom.uuid, activation: activation),
)

# A deposit of 160 yuan. The same request id again is the same deposit, not another one.
deposit = { amount: 16_000, source: :DEPOSIT_SOURCE_PERSONAL_CONTRIBUTION }
request = V1::RecordDepositRequest.new(account: account, request_id: SecureRandom.uuid, deposit: deposit)
puts "deposited #{commands.record_deposit(request).transaction.entries[0].balance_change} fen"
puts "sent again, replayed: #{commands.record_deposit(request).transaction.replayed}"

read = queries.get_account(V1::GetAccountRequest.new(name: account)).account
puts "balance #{read.balance} fen, #{read.state}"
page = history.list_transactions(V1::ListTransactionsRequest.new(account: account, page_size: 10))
page.transactions.each { puts "listed #{_1.kind} #{_1.balance_change}" }

# Follow the account: first what is there, then each commit. This one ends when the deposit has come.
selection = { streams: [account] }
asked = V1::SubscribeRequest.new(ledger: "ledgers/#{code}", from_position: 1, selection: selection)
subscriptions.subscribe(asked).each do |message|
  events = message.entries.map { V1::Entry.decode(_1.entry).event }
  events.each { puts "followed #{_1}" }
  break if events.include?(:deposit_posted)
end

begin
  unknown = "ledgers/#{code}/accounts/#{SecureRandom.uuid}"
  request = V1::RecordDepositRequest.new(account: unknown, request_id: SecureRandom.uuid, deposit: deposit)
  commands.record_deposit(request, metadata: { "accept-language" => "en" })
rescue GRPC::BadStatus => failure
  puts "refused: #{why(failure)}"
end
