/** What the service control manager calls the helper. */
export const SERVICE_NAME = 'GataGpuHelper';
