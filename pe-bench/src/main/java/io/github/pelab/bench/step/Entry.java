package io.github.pelab.bench.step;

import java.util.Map;

/**
 * One line of a table: who trains what, and in which surroundings.
 *
 * @param name for people
 * @param kernel {@code -Dpe.kernel}, where it is ours
 * @param environment variables of its process beside those of this one
 */
record Entry(
    String name,
    Child.Kind kind,
    Workload workload,
    String kernel,
    Map<String, String> environment) {
  /** Blocks up to 4 GiB come from the heap, which keeps what it once had. */
  private static final Map<String, String> TUNED =
      Map.of("MALLOC_MMAP_THRESHOLD_", "4294967296", "MALLOC_TRIM_THRESHOLD_", "4294967296");

  /** PE Lab as the launcher starts it. */
  static Entry ours(String name, Workload workload, String kernel) {
    return new Entry(name, Child.Kind.LAB, workload, kernel, Map.of("OMP_WAIT_POLICY", "PASSIVE"));
  }

  static Entry products(Workload workload) {
    return new Entry(
        "matrix products alone",
        Child.Kind.PRODUCTS,
        workload,
        "",
        Map.of("OMP_WAIT_POLICY", "PASSIVE"));
  }

  static Entry torch(String name, Child.Kind kind, Workload workload) {
    return new Entry(name, kind, workload, "", Map.of());
  }

  /** With glibc's allocator tuned: else PyTorch spends its time in page faults. */
  Entry tuned() {
    return new Entry(name + ", allocator tuned", kind, workload, kernel, TUNED);
  }
}
