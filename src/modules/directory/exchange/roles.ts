/** Who may bring files in. */
export const importers = ['directory_editor', 'directory_approver'] as const;
/** Who may take files out: what those who vet see is theirs alone. */
export const exporters = ['directory_editor', 'directory_vetter', 'directory_approver'] as const;
