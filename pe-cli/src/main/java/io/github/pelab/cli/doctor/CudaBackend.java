package io.github.pelab.cli.doctor;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What ND4J's CUDA build can run on.
 *
 * <p>The library of nd4j-cuda 1.0.0-M2.1 holds machine code for compute capability 3.7, 5.0, 5.2,
 * 6.0, 6.1, 7.0, 7.5, 8.0 and 8.6, and no PTX that a driver could compile for another. Code for 8.6
 * also runs on 8.9; nothing in it runs on 9.0 or newer, whatever the driver.
 */
public final class CudaBackend {

  private static final ComputeCapability OLDEST = new ComputeCapability(3, 7);
  private static final ComputeCapability TOO_NEW = new ComputeCapability(9, 0);
  private static final String REMEDY =
      "use the CPU build (leave PE_BACKEND unset, or build without -Pcuda) or a card of compute"
          + " capability 3.7 to 8.9";

  private CudaBackend() {}

  /** Whether this program was built with ND4J's CUDA backend. */
  public static boolean onClassPath() {
    return CudaBackend.class.getResource("/org/nd4j/linalg/jcublas/JCublasBackend.class") != null;
  }

  /**
   * Why ND4J would fail on this machine, in one line that says what to do; empty if nothing speaks
   * against it. Ask before anything touches ND4J: its CUDA build fails late and without a reason.
   */
  public static Optional<String> problem() {
    return onClassPath() ? problem(NvidiaSmi.gpus()) : Optional.empty();
  }

  /**
   * To be called by whatever is about to touch ND4J.
   *
   * @throws IllegalStateException if it cannot run here, with what to do
   */
  public static void requireUsable() {
    problem()
        .ifPresent(
            problem -> {
              throw new IllegalStateException(problem);
            });
  }

  /**
   * As {@link #problem()}, for the CUDA build.
   *
   * @param answer the machine's cards; empty if {@code nvidia-smi} gave no answer
   */
  static Optional<String> problem(Optional<List<Gpu>> answer) {
    if (answer.isEmpty()) {
      return Optional.of(
          "ND4J's CUDA build needs NVIDIA's driver, but nvidia-smi, which comes with it, gives no"
              + " answer: install the driver and put nvidia-smi on the PATH, or "
              + REMEDY);
    }
    List<Gpu> gpus = answer.get();
    if (gpus.isEmpty()) {
      return Optional.of(
          "ND4J's CUDA build needs an NVIDIA card, but nvidia-smi lists none: " + REMEDY);
    }
    List<String> limits = gpus.stream().map(CudaBackend::limit).flatMap(Optional::stream).toList();
    // One card that works is enough; CUDA_VISIBLE_DEVICES hides the others.
    return limits.size() < gpus.size()
        ? Optional.empty()
        : Optional.of(limits.stream().distinct().collect(Collectors.joining("; ")) + ": " + REMEDY);
  }

  /** Why ND4J's CUDA build cannot run on this card; empty if it can, or if that is not known. */
  static Optional<String> limit(Gpu gpu) {
    return gpu.capability()
        .flatMap(CudaBackend::limit)
        .map(limit -> "ND4J's CUDA build cannot run on " + gpu.name() + ", " + limit);
  }

  private static Optional<String> limit(ComputeCapability capability) {
    if (capability.compareTo(TOO_NEW) >= 0) {
      return Optional.of(
          "whose compute capability "
              + capability
              + " is newer than the 8.x that 1.0.0-M2.1 has kernels for");
    }
    if (capability.compareTo(OLDEST) < 0) {
      return Optional.of(
          "whose compute capability "
              + capability
              + " is older than the 3.7 that 1.0.0-M2.1 has kernels for");
    }
    return Optional.empty();
  }
}
