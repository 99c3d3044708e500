-- machine.openshift.io/MachineSet: as many machines are ready as are wanted.
-- A cloud without capacity keeps it Progressing, never Degraded: Degraded would fail the sync.
local health = {status = "Progressing", message = "the machine controller has not seen it yet"}
local status = obj.status
if status == nil or status.observedGeneration == nil then
  return health
end
if obj.metadata.generation ~= nil and status.observedGeneration < obj.metadata.generation then
  return health
end
if status.errorReason ~= nil and status.errorReason ~= "" then
  health.status = "Degraded"
  health.message = status.errorReason .. ": " .. (status.errorMessage or "")
  return health
end
local wanted = 1
if obj.spec ~= nil and obj.spec.replicas ~= nil then
  wanted = obj.spec.replicas
end
local ready = status.readyReplicas or 0
health.message = ready .. " of " .. wanted .. " machines are ready"
if ready >= wanted then
  health.status = "Healthy"
end
return health
