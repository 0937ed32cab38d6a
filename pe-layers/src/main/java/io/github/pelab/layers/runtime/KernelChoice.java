package io.github.pelab.layers.runtime;

import io.github.pelab.layers.kernel.InstalledKernels;
import io.github.pelab.layers.kernel.Kernels;
import io.github.pelab.layers.kernel.ScalarKernels;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner.ExecutionerType;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a layer is run by: {@code -Dpe.kernel} says it, or else it is the fastest that there is.
 *
 * <table>
 * <caption>What can be said</caption>
 * <tr><td>{@code graph}</td><td>the SameDiff graph, for any precision and backend</td></tr>
 * <tr><td>{@code scalar}</td><td>kernels in double precision, as the formulas are written</td></tr>
 * <tr><td>{@code vector}</td><td>kernels in single precision, by the JDK's Vector API</td></tr>
 * </table>
 *
 * @param name of what it is
 * @param program of kernels; empty for the graph
 */
record KernelChoice(String name, Optional<KernelProgram> program) {
  /** The system property. */
  private static final String PROPERTY = "pe.kernel";

  private static final Logger LOG = LoggerFactory.getLogger(KernelChoice.class);
  private static final Set<String> SAID = ConcurrentHashMap.newKeySet();

  private enum Asked {
    GRAPH,
    SCALAR,
    VECTOR
  }

  /**
   * For a layer.
   *
   * @param type of its parameters
   * @throws IllegalArgumentException if the property is none of these
   * @throws IllegalStateException if vectors are asked for where they cannot be had
   */
  static KernelChoice of(LayerDefinition definition, DataType type) {
    Optional<Asked> asked = asked();
    boolean onCpu = Nd4j.getExecutioner().type() == ExecutionerType.NATIVE_CPU;
    boolean real = type == DataType.FLOAT || type == DataType.DOUBLE;
    if (asked.isEmpty() && type == DataType.DOUBLE) {
      return graph("of double precision");
    }
    if (asked.filter(Asked.GRAPH::equals).isPresent()) {
      return graph("as -D" + PROPERTY + " says");
    }
    if (!onCpu || !real) {
      return graph(onCpu ? "of type " + type : "the backend is not the CPU's");
    }
    if (asked.filter(Asked.SCALAR::equals).isPresent()) {
      return kernels("as -D" + PROPERTY + " says", definition, new ScalarKernels(), type);
    }
    Optional<Kernels<float[]>> vectors = InstalledKernels.vector();
    if (asked.isPresent() && (vectors.isEmpty() || type != DataType.FLOAT)) {
      throw new IllegalStateException(
          "-D%s=vector needs %s; leave the property out to have what fits"
              .formatted(
                  PROPERTY,
                  vectors.isPresent()
                      ? "a network of type FLOAT, this one is of type " + type
                      : "the JVM's flag --add-modules " + InstalledKernels.MODULE));
    }
    return vectors.isPresent()
        ? kernels("the fastest", definition, vectors.get(), type)
        : kernels(
            "the JVM was started without --add-modules " + InstalledKernels.MODULE,
            definition,
            new ScalarKernels(),
            type);
  }

  private static Optional<Asked> asked() {
    String value = System.getProperty(PROPERTY);
    if (value == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Asked.valueOf(value.toUpperCase(Locale.ROOT)));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "-D%s: found '%s'; use graph, scalar or vector".formatted(PROPERTY, value), e);
    }
  }

  private static KernelChoice graph(String reason) {
    say("graph", reason);
    return new KernelChoice("graph", Optional.empty());
  }

  private static <A> KernelChoice kernels(
      String reason, LayerDefinition definition, Kernels<A> kernels, DataType type) {
    Optional<KernelProgram> program = definition.program(kernels, type);
    if (program.isEmpty()) {
      return graph("the form of attention has no kernels");
    }
    say(kernels.name(), reason);
    return new KernelChoice(kernels.name(), program);
  }

  /** Once for each answer: a process may make thousands of layers. */
  private static void say(String name, String reason) {
    if (SAID.add(name + reason)) {
      LOG.info("layers are run by {}: {}", name, reason);
    }
  }
}
