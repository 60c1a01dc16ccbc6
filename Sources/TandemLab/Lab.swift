// Workload and model in, verdict out.
