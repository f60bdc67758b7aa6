/** What a pod may do; the two parts go into the pod's and the container's description. */
export interface PodSecurity {
  readonly pod: Readonly<Record<string, unknown>>;
  readonly container: Readonly<Record<string, unknown>>;
}

const someUser = 10_001;

/** For everything that runs no candidate: nobody in particular, no rights, nothing to write but its volumes. */
export const plainSecurity: PodSecurity = {
  pod: {
    securityContext: {
      runAsNonRoot: true,
      runAsUser: someUser,
      runAsGroup: someUser,
      fsGroup: someUser,
      seccompProfile: { type: 'RuntimeDefault' },
    },
  },
  container: {
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
  },
};

/**
 * For candidates. Not privileged: root and its rights are those of a user namespace of the pod's own (`hostUsers:
 * false`; Kubernetes 1.33 and later). In it bubblewrap makes a namespace for each candidate, which the runtime's
 * default filters would refuse, and mounts a /proc of its own, which wants an unmasked one.
 */
export const sandboxSecurity: PodSecurity = {
  pod: {
    hostUsers: false,
    securityContext: {
      runAsUser: 0,
      seccompProfile: { type: 'Unconfined' },
      appArmorProfile: { type: 'Unconfined' },
    },
  },
  container: {
    securityContext: {
      procMount: 'Unmasked',
      readOnlyRootFilesystem: true,
      capabilities: { add: ['SYS_ADMIN', 'NET_ADMIN'] },
    },
  },
};
