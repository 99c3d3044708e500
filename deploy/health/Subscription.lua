-- operators.coreos.com/Subscription, as Argo CD itself has it but for one thing: an update that waits for somebody to approve
-- it leaves an installed operator Healthy. Up to Argo CD 3.2 it is Progressing, and a sync with it never ends.
local health = {status = "Progressing", message = "the operator has not seen it yet"}
local status = obj.status
if status == nil then
  return health
end
for _, condition in ipairs(status.conditions or {}) do
  local message = condition.message or condition.reason or ""
  local fails = condition.type == "CatalogSourcesUnhealthy" or condition.type == "InstallPlanFailed"
    or condition.type == "ResolutionFailed"
  local missing = condition.type == "InstallPlanMissing" and condition.reason ~= "ReferencedInstallPlanNotFound"
  if condition.status == "True" and (fails or missing) then
    return {status = "Degraded", message = condition.type .. ": " .. message}
  end
end
local is_installed = status.installedCSV ~= nil and status.installedCSV ~= ""
local is_manual = obj.spec ~= nil and obj.spec.installPlanApproval == "Manual"
health.message = "state: " .. (status.state or "not known")
if status.state == "UpgradeFailed" then
  health.status = "Degraded"
elseif status.state == "AtLatestKnown" and is_installed then
  health.status = "Healthy"
elseif status.state == "UpgradePending" and is_manual and is_installed then
  health.status = "Healthy"
  health.message = "an update waits for approval"
end
return health
