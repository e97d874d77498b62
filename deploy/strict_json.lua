-- Refuses a JSON body with a field that the contract does not have.
--
-- Envoy's transcoder drops such a field in silence. A limit whose name is misspelled would then be no
-- limit, and the caller would be told that all is well. The answer is the one that the service gives
-- over gRPC: INVALID_ARGUMENT with the reason UNKNOWN_FIELD and the path of the field.
--
-- `protos/generate.py` puts two tables in front of this text: FIELDS, which maps a message to its
-- fields (a field to the message that it holds, or to true), and ROUTES (verb, pattern of the path,
-- message of the body). What the path fills is no field of the body: the transcoder would believe the
-- body, whoever has checked the path.

local DEPTH_MAX = 64

-- Where the value after `at` begins.
local function skip(text, at)
  return string.find(text, "[^ \t\r\n]", at) or #text + 1
end

-- Where a string that begins at `at` ends, and what is between its quotes.
local function string_at(text, at)
  local from = at + 1
  while true do
    local stop = string.find(text, '["\\]', from)
    if not stop then error("unfinished") end
    if string.sub(text, stop, stop) == '"' then
      return stop + 1, string.sub(text, at + 1, stop - 1)
    end
    from = stop + 2
  end
end

local value_at

-- Goes through an object; raises {field = path} at the first field that `message` does not have.
local function object_at(text, at, message, path, depth)
  at = skip(text, at + 1)
  if string.sub(text, at, at) == "}" then return at + 1 end
  while true do
    if string.sub(text, at, at) ~= '"' then error("no key") end
    local key
    at, key = string_at(text, at)
    local inside, below = nil, path .. key
    if message then
      inside = FIELDS[message][key]
      if not inside then error({ field = below }) end
      if inside == true then inside = nil end
    end
    at = skip(text, at)
    if string.sub(text, at, at) ~= ":" then error("no colon") end
    at = skip(text, value_at(text, skip(text, at + 1), inside, below, depth + 1))
    local next = string.sub(text, at, at)
    if next == "}" then return at + 1 end
    if next ~= "," then error("no comma") end
    at = skip(text, at + 1)
  end
end

local function array_at(text, at, message, path, depth)
  at = skip(text, at + 1)
  if string.sub(text, at, at) == "]" then return at + 1 end
  local index = 0
  while true do
    at = skip(text, value_at(text, at, message, path .. "[" .. index .. "]", depth + 1))
    index = index + 1
    local next = string.sub(text, at, at)
    if next == "]" then return at + 1 end
    if next ~= "," then error("no comma") end
    at = skip(text, at + 1)
  end
end

-- Where the value at `at` ends.
value_at = function(text, at, message, path, depth)
  if depth > DEPTH_MAX then error("too deep") end
  local first = string.sub(text, at, at)
  if first == "{" then
    return object_at(text, at, message, path == "" and "" or path .. ".", depth)
  elseif first == "[" then
    return array_at(text, at, message, path, depth)
  elseif first == '"' then
    return (string_at(text, at))
  end
  local _, stop = string.find(text, "^[%w%.%+%-]+", at)
  if not stop then error("no value") end
  return stop + 1
end

-- The first field of a body that a message does not have, nil when there is none; and whether the body
-- could be read to its end. The transcoder reads more than JSON (quotes of another kind, keys without
-- any), so what cannot be read here must not reach it.
function unknown_field(text, message)
  local done, result = pcall(value_at, text, skip(text, 1), message, "", 0)
  if done then return nil, skip(text, result) > #text end
  if type(result) == "table" then return result.field, true end
  return nil, false
end

-- The message of the body of a request; nil when its path is not in the contract.
function message_of(verb, path)
  local plain = string.match(path, "^[^?]*")
  for _, route in ipairs(ROUTES) do
    if route[1] == verb and string.match(plain, route[2]) then return route[3] end
  end
  return nil
end

-- Answers like the service: a google.rpc.Status as JSON. `violation` is a field and what is wrong with it.
local function refuse(handle, status, code, reason, english, chinese, violation)
  local said = violation and " " .. violation[1] .. ": " .. violation[2] or ""
  local fields = violation
      and ',{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"' .. violation[1]
        .. '","description":"' .. violation[2] .. '","reason":""}]}'
    or ""
  handle:respond(
    { [":status"] = status, ["content-type"] = "application/json" },
    '{"code":' .. code .. ',"message":"' .. english .. said
      .. '","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"' .. reason
      .. '","domain":"ledger.v1","metadata":{}}' .. fields
      .. ',{"@type":"type.googleapis.com/google.rpc.LocalizedMessage","locale":"'
      .. (chinese and "zh-CN" or "en") .. '","message":"' .. (chinese or english) .. '"}]}'
  )
end

-- What stands against a request: the arguments of `refuse` behind the handle; nothing when it may pass.
function judged(handle)
  local headers = handle:headers()
  local kind = headers:get("content-type") or ""
  if string.match(kind, "^application/grpc") then return nil end -- the service itself reads those
  local message = message_of(headers:get(":method"), headers:get(":path"))
  local chinese = string.match(headers:get("accept-language") or "zh", "^%s*[eE][nN]") == nil
  local body = handle:body() -- waits for all of it; `headers` must not be used after this
  if not body or body:length() == 0 then return nil end
  if not message then
    return "404", 5, "INVALID_REQUEST", "There is no such method.", chinese and "没有此方法。"
  end
  local field, read = unknown_field(body:getBytes(0, body:length()), message)
  if not read then
    return "400", 3, "INVALID_REQUEST", "The request is not well formed.", chinese and "请求格式有误。",
      { "body", "is no JSON" }
  end
  if not field then return nil end
  local path = string.gsub(field, '[^%w%._%[%]]', "?") -- never let a name out of its quotes
  return "400", 3, "UNKNOWN_FIELD", "The request has a field that this service does not know.",
    chinese and "请求含有本服务不识别的字段。", { path, "is not a field of this version of the contract" }
end

-- Envoy lets a request pass when its script fails; nothing passes here that was not judged.
function envoy_on_request(handle)
  local done, status, code, reason, english, chinese, violation = pcall(judged, handle)
  if not done then
    handle:logErr("strict_json: " .. tostring(status))
    refuse(handle, "500", 13, "INTERNAL", "The service has a defect; the request was not looked at.", nil, nil)
  elseif status then
    refuse(handle, status, code, reason, english, chinese, violation)
  end
end
