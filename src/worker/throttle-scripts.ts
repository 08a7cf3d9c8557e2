/**
 * The rate limit of one target for all workers together, as two Lua scripts. Redis runs each as one step, and its clock
 * is the only one.
 *
 * The rules are those of `push/throttle.ts`: the server counts in fixed windows for each IP address and announces limit
 * and remaining on answers that it executed. What is new here: requests in flight are a set whose members expire (their
 * worker may have died), runs that wait at the same time take turns, and a share of each window is left to other people.
 *
 * Keys, all with the same hash tag: `state` what is known of the window, `flights` requests under way by the time at
 * which they count as lost, `got` requests of this window by run, `wants` runs that wait, by the time at which that is
 * forgotten.
 */

/** Shared by both scripts: reading and writing the state. Times are milliseconds of Redis's clock. */
const PRELUDE = `
local stateKey, flightsKey, gotKey, wantsKey = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local clock = redis.call('TIME')
local now = tonumber(clock[1]) * 1000 + math.floor(tonumber(clock[2]) / 1000)
local state = {}
local raw = redis.call('HGETALL', stateKey)
for i = 1, #raw, 2 do state[raw[i]] = tonumber(raw[i + 1]) or raw[i + 1] end
local function save()
  local fields = {}
  for name, value in pairs(state) do
    fields[#fields + 1] = name
    fields[#fields + 1] = tostring(value)
  end
  redis.call('DEL', stateKey)
  redis.call('HSET', stateKey, unpack(fields))
  for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, 86400000) end
end
-- A clock that was set back would make everything last that much longer.
if state.seenAt and now < state.seenAt - 2000 then
  state = { limit = state.limit, answered = state.answered, throttled = state.throttled, slots = state.slots }
  redis.call('DEL', flightsKey, gotKey, wantsKey)
end
state.seenAt = now
local function forgetWindow(at)
  state.windowEnd, state.probe = nil, nil
  state.probingSince = at
end
local function beginWindow(remaining, windowMs, marginMs)
  state.windowEnd = now + windowMs + marginMs
  state.beganAt, state.low, state.lowAt, state.guessed = now, remaining, now, 0
  redis.call('DEL', gotKey)
  if state.probeRun then redis.call('HSET', gotKey, state.probeRun, 1) end
  state.probeRun = nil
  state.taken = redis.call('ZCARD', flightsKey) + 1
end
-- A request that nobody will answer for any more counts as executed.
local lost = redis.call('ZREMRANGEBYSCORE', flightsKey, '-inf', now)
if lost > 0 and state.low then state.low = state.low - lost end
`;

/**
 * ARGV: token, run, window ms, margin ms, headroom (share of the limit), share of the run, cap (requests a window, 0
 * none), ms after which a flight counts as lost, whether more of the run wait (1 or 0). Answer: [1 granted or 0, ms to
 * wait, limit or 0, answers 429 so far].
 */
export const ACQUIRE = `${PRELUDE}
local token, run = ARGV[1], ARGV[2]
local windowMs, marginMs = tonumber(ARGV[3]), tonumber(ARGV[4])
local headroom, share, cap, flightMs = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local more = ARGV[9] == '1'
local POLL_MS, PROBE_MS, SLACK = 20, 5000, 3

-- waits: it could use a request now, so that nobody who had more may go before it.
local function answer(granted, wait, waits)
  if granted == 0 and waits then redis.call('ZADD', wantsKey, now + math.min(wait, 1000) + 250, run)
  elseif granted == 0 then redis.call('ZREM', wantsKey, run)
  else
    if more then redis.call('ZADD', wantsKey, now + 250, run) else redis.call('ZREM', wantsKey, run) end
    redis.call('ZADD', flightsKey, now + flightMs, token)
    redis.call('HINCRBY', gotKey, run, 1)
    state.taken = (state.taken or 0) + 1
  end
  save()
  return { granted, math.ceil(wait), state.limit or 0, state.throttled or 0 }
end

if state.windowEnd and now >= state.windowEnd then forgetWindow(now) end
if state.blockedUntil and now < state.blockedUntil then return answer(0, state.blockedUntil - now, true) end

local inFlight = redis.call('ZCARD', flightsKey)
redis.call('ZREMRANGEBYSCORE', wantsKey, '-inf', now)
local got = tonumber(redis.call('HGET', gotKey, run) or '0')
-- Nobody who waits may be left behind by more than a few requests.
local function isAhead()
  for _, other in ipairs(redis.call('ZRANGE', wantsKey, 0, 63)) do
    if other ~= run and got > tonumber(redis.call('HGET', gotKey, other) or '0') + SLACK then return true end
  end
  return false
end

local limited = not state.answered or state.limit or cap > 0
if not limited then
  -- A server without a limit has as much room as its answers are quick. The worker of one that takes seconds may have
  -- died: it keeps nobody waiting.
  local young = redis.call('ZCOUNT', flightsKey, now + flightMs - PROBE_MS, '+inf')
  if young >= math.max(1, math.floor(state.slots or 4)) then return answer(0, POLL_MS, true) end
  if isAhead() then return answer(0, POLL_MS, true) end
  return answer(1, 0)
end
if not state.windowEnd then
  -- Its worker may have died: after a while another one goes ahead.
  local isOut = state.probe and redis.call('ZSCORE', flightsKey, state.probe)
  if isOut and now - (state.probeAt or 0) < math.min(PROBE_MS, windowMs) then return answer(0, POLL_MS, true) end
  state.probe, state.probeAt, state.probeRun = token, now, run
  return answer(1, 0)
end
local allowed, reserve = cap > 0 and cap or 1e9, 0
if state.limit then
  local own = math.floor(state.limit * (1 - headroom))
  allowed, reserve = math.min(allowed, math.max(1, own)), state.limit - own
end
local room = state.low - inFlight - reserve
-- Whom only a cap of its own holds back stands in nobody's way.
if math.min(room, allowed - state.taken) <= 0 then return answer(0, state.windowEnd - now, room <= 0) end
-- It has had its share, and stands in nobody's way.
if got >= math.max(1, math.floor(allowed * share)) then return answer(0, state.windowEnd - now, false) end
if isAhead() then return answer(0, POLL_MS, true) end
return answer(1, 0)
`;

/**
 * ARGV: token, window ms, margin ms, status (0 no answer, -1 never sent, -2 others were sent and nobody told),
 * limit or -1, remaining or -1, retry-after ms or -1, ms that the request took, its kind.
 */
export const OBSERVE = `${PRELUDE}
local token, windowMs, marginMs = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local status, limit, remaining = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local retryMs, took, usualKey = tonumber(ARGV[7]), tonumber(ARGV[8]), 'usual ' .. ARGV[9]
local known = redis.call('ZREM', flightsKey, token)
local sentAt = now - took
if state.probe == token then state.probe = nil end
if status > 0 then state.answered = 1 end
if limit > 0 then state.limit = limit end

local function block()
  state.throttled = (state.throttled or 0) + 1
  if now >= (state.blockedUntil or 0) then
    state.blocks = (state.blocks or 0) + 1
    if state.windowEnd and state.windowEnd > now then state.blockedUntil = state.windowEnd
    elseif state.blocks > 1 then state.blockedUntil = now + windowMs / 4
    else state.blockedUntil = now + windowMs + marginMs end
  end
  if retryMs > 0 then state.blockedUntil = now + math.min(retryMs, 10 * windowMs) end
  forgetWindow(state.blockedUntil)
end

local function count()
  if status ~= 0 then state.blocks = 0 end
  if not state.windowEnd then
    if status ~= 0 then beginWindow(remaining >= 0 and remaining or ((state.limit or 1e9) - 1), windowMs, marginMs) end
    return
  end
  if remaining < 0 or (sentAt < state.beganAt and remaining < state.low) then
    -- A lost flight was counted when it was given up.
    if known == 1 then state.low, state.guessed = state.low - 1, state.guessed + 1 end
  elseif remaining > state.low + state.guessed then
    if sentAt >= state.lowAt then beginWindow(remaining, windowMs, marginMs) end
  elseif sentAt >= state.lowAt or remaining < state.low then
    state.low, state.lowAt, state.guessed = remaining, now, 0
  end
end

-- Room for one more when answers are as quick as they can be, a tenth less when they take twice as long. Each kind of
-- request has a time of its own: to create a client takes longer than to look at one, however little there is to do.
local function adapt()
  if took <= 0 or status == 0 then return end
  local usual = state[usualKey] or took
  local weight = took < usual and 0.2 or 0.005
  usual = usual + (took - usual) * weight
  state[usualKey] = usual
  local slots = state.slots or 4
  if took > 2 * usual + 20 then state.slots = math.max(1, slots * 0.9)
  else state.slots = math.min(64, slots + 1 / slots) end
end

if status < 0 then
  if known == 1 then state.taken = (state.taken or 1) - 1 end
  if status == -2 then forgetWindow(now) end
  save()
  return { state.limit or 0, state.throttled or 0 }
end
if status == 429 then block()
elseif sentAt >= (state.probingSince or -1) then count() end
if not state.limit then adapt() end
save()
return { state.limit or 0, state.throttled or 0 }
`;
