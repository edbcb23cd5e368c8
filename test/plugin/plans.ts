/** The status of a node amid its first plan, for the end of a manifest. */
export const planStatus = `status:
  phase: Initializing
  conditions:
  - {type: Progressing, status: "True", reason: TaskWaiting, lastTransitionTime: "2026-05-01T12:00:00Z",
    message: "task config-apply waits: pod n0-0 does not exist yet"}
  plan:
    id: 5f0c9a4e-0d6b-4c0e-9f43-2d1b8a6f7e01
    phase: Active
    targetPhase: Running
    tasks:
    - {id: 5f0c9a4e-0d6b-5c0e-9f43-2d1b8a6f7e01, type: ensure-data-pvc, status: Complete}
    - {id: 5f0c9a4e-0d6b-5c0e-9f43-2d1b8a6f7e02, type: apply-statefulset, status: Complete}
    - {id: 5f0c9a4e-0d6b-5c0e-9f43-2d1b8a6f7e03, type: config-apply, status: Pending}
    - {id: 5f0c9a4e-0d6b-5c0e-9f43-2d1b8a6f7e04, type: discover-peers, status: Pending, maxRetries: 20}
`;
