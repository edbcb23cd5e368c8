/** What fields mean of which the CRD's own text says nothing, or too little, by their path. */
export const words: Readonly<Record<string, string>> = {
  'spec.fullNode.snapshot.stateSync': 'By state sync from the peers; it has no fields: {}.',
  'spec.replayer.snapshot.stateSync': 'By state sync from the peers; it has no fields: {}.',
  'spec.validator.snapshot.stateSync': 'By state sync from the peers; it has no fields: {}.',
  'spec.sidecar.resources.claims[].name': 'The name of a claim of the pod.',
  'spec.sidecar.resources.claims[].request': 'One request of that claim.',
  'status.plan.failedTaskDetail.error': 'What the task ended with.',
  'status.plan.failedTaskDetail.id': 'The id of the task.',
  'status.plan.failedTaskDetail.maxRetries': 'How often it could be tried again.',
  'status.plan.failedTaskDetail.retryCount': 'How often it was tried again.',
  'status.plan.failedTaskDetail.type': 'What it was to do.',
  'status.plan.tasks[].status': 'Whether it is done. A task that is Pending may be under way.',
};
