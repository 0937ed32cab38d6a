package io.github.pelab.layers.kernel;

import java.util.Optional;

/** What kernels this JVM can run. */
public final class InstalledKernels {
  /** The JDK's module that kernels in vectors need. */
  public static final String MODULE = "jdk.incubator.vector";

  private static final String VECTOR_KERNELS = "io.github.pelab.layers.kernel.VectorKernels";

  private InstalledKernels() {}

  /**
   * Kernels in single precision; empty where the JVM was started without {@code --add-modules} and
   * the module's name. By name: they cannot be loaded there, and are compiled after this.
   */
  @SuppressWarnings("unchecked") // the class says what it works on
  public static Optional<Kernels<float[]>> vector() {
    if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          (Kernels<float[]>)
              Class.forName(VECTOR_KERNELS)
                  .asSubclass(Kernels.class)
                  .getDeclaredConstructor()
                  .newInstance());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("no " + VECTOR_KERNELS + " in this build", e);
    }
  }
}
