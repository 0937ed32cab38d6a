package io.github.pelab.cli.doctor;

import java.util.List;
import java.util.Optional;

/**
 * An NVIDIA card, as {@code nvidia-smi} describes it.
 *
 * @param capability empty if {@code nvidia-smi} does not know it
 * @param memory with its unit, for instance {@code 24564 MiB}
 */
public record Gpu(String name, Optional<ComputeCapability> capability, String memory) {

  /**
   * Reads what {@code nvidia-smi --query-gpu=name,compute_cap,memory.total --format=csv,noheader}
   * printed. Lines of another form, for instance an error message, are passed over.
   */
  public static List<Gpu> parse(String output) {
    return output.lines().map(Gpu::parseLine).flatMap(Optional::stream).toList();
  }

  private static Optional<Gpu> parseLine(String line) {
    // The name comes first and may itself hold a comma.
    int last = line.lastIndexOf(',');
    int middle = line.lastIndexOf(',', last - 1);
    if (middle < 1) {
      return Optional.empty();
    }
    return Optional.of(
        new Gpu(
            line.substring(0, middle).strip(),
            ComputeCapability.parse(line.substring(middle + 1, last)),
            line.substring(last + 1).strip()));
  }

  @Override
  public String toString() {
    return name
        + ", compute capability "
        + capability.map(ComputeCapability::toString).orElse("unknown")
        + ", "
        + memory;
  }
}
