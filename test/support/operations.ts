/** The operations the specs and the demo use, as a client would write them. */
export const ACCEPT_INVITE = `mutation ($input: AcceptInviteInput!) {
  acceptInvite(input: $input) { token staff { id role organization displayName } }
}`;
export const INVITE_STAFF = `mutation ($input: InviteStaffInput!) {
  inviteStaff(input: $input) { url expiresAt }
}`;
export const UPDATE_STAFF = `mutation ($input: UpdateStaffInput!) {
  updateStaff(input: $input) { id role suspended }
}`;
export const FILE_REPORT = `mutation ($input: FileReportInput!) {
  fileReport(input: $input) { id incidentId incident { id state } }
}`;
export const VERIFY = `mutation ($input: VerifyIncidentInput!) {
  verifyIncident(input: $input) { id state alerts { id msgType } }
}`;
export const UPDATE = `mutation ($input: UpdateIncidentInput!) {
  updateIncident(input: $input) { id state alerts { id msgType } }
}`;
export const CLEAR = `mutation ($input: ClearIncidentInput!) {
  clearIncident(input: $input) { id state alerts { id msgType } }
}`;
export const RETRACT = `mutation ($input: RetractIncidentInput!) {
  retractIncident(input: $input) { id state alerts { id msgType } }
}`;
export const DISMISS = `mutation ($input: DismissIncidentInput!) {
  dismissIncident(input: $input) { id state dismissal }
}`;
export const APPROVE = `mutation ($input: ApproveIncidentInput!) {
  approveIncident(input: $input) { id state alerts { id msgType } }
}`;
export const REJECT = `mutation ($input: RejectIncidentInput!) {
  rejectIncident(input: $input) { id state pendingApproval { id } }
}`;
export const INCIDENT = `query ($id: ID!) {
  incident(id: $id) {
    id state activity radiusMeters expiresAt confirmedAt endedAt alerts { id msgType sent expires }
    pendingApproval {
      id proposedBy proposedAt lapsesAt radiusMeters minutes devices reasons
    }
  }
}`;
export const PAUSE = 'mutation { pauseAlerts { paused since by } }';
export const RESUME = 'mutation { resumeAlerts { paused since by } }';
export const PREVIEW = `query ($incidentId: ID!, $radiusMeters: Int) {
  audiencePreview(incidentId: $incidentId, radiusMeters: $radiusMeters) {
    devices radiusMeters schools { id name }
  }
}`;
export const SUBSCRIBE = `mutation ($input: SubscribeInput!) {
  subscribe(input: $input) { token subscription { id locale push areaCount renewPush } }
}`;
export const UPDATE_SUBSCRIPTION = `mutation ($input: UpdateSubscriptionInput!) {
  updateSubscription(input: $input) { id locale push areaCount }
}`;
export const DELIVERY = `query ($alertId: ID!) {
  delivery(alertId: $alertId) {
    audience accepted gone failed pending firstAcceptedAt lastAcceptedAt complete
  }
}`;
export const START_DRILL = `mutation ($input: StartDrillInput!) {
  startDrill(input: $input) { id startedAt endsAt endedAt }
}`;
export const END_DRILL = `mutation ($input: EndDrillInput!) {
  endDrill(input: $input) { id endedAt incidents { id state alerts { id } } }
}`;
export const DRILL = `query ($id: ID!) {
  drill(id: $id) {
    endedAt incidents { id state drill }
    report { reached secondsToFirst secondsToLast steps { step at seconds } }
  }
}`;
