package io.github.pelab.cli.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.nd4j.linalg.api.environment.Nd4jEnvironment;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Looks at the machine and the software that runs would use.
 *
 * @param facts what was found, by name, in the order to print them
 * @param notes what a user should know, though runs work
 * @param problem why runs would fail, and what to do
 */
public record Doctor(Map<String, String> facts, List<String> notes, Optional<String> problem) {

  /** Looks. Starts ND4J, unless {@link CudaBackend#problem()} already knows that it would fail. */
  public static Doctor examine() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("JDK", System.getProperty("java.vm.name") + " " + System.getProperty("java.version"));
    facts.put(
        "OS",
        Stream.of("os.name", "os.version", "os.arch")
            .map(System::getProperty)
            .collect(Collectors.joining(" ")));
    facts.put("CPU", cpu());
    facts.put("cores", String.valueOf(Runtime.getRuntime().availableProcessors()));
    facts.put("memory", memory());
    facts.put("vector width", vectorWidth());

    Optional<String> problem = CudaBackend.problem().or(() -> examineNd4j(facts));

    List<Gpu> gpus = NvidiaSmi.gpus().orElse(List.of());
    facts.put(
        "GPU",
        gpus.isEmpty()
            ? "none"
            : gpus.stream().map(Gpu::toString).collect(Collectors.joining("; ")));
    List<String> notes = gpus.stream().map(CudaBackend::limit).flatMap(Optional::stream).toList();
    return new Doctor(facts, notes, problem);
  }

  /** The facts in two columns, then notes and problem; lines end with a line feed. */
  public String text() {
    int width = facts.keySet().stream().mapToInt(String::length).max().orElse(0);
    StringBuilder text = new StringBuilder();
    facts.forEach(
        (name, fact) ->
            text.append(name)
                .append(" ".repeat(width - name.length() + 2))
                .append(fact)
                .append('\n'));
    notes.forEach(note -> text.append("\nNote: ").append(note).append(".\n"));
    text.append(problem.map(line -> "\nProblem: " + line + ".\n").orElse("\nReady to run.\n"));
    return text.toString();
  }

  private static Optional<String> examineNd4j(Map<String, String> facts) {
    try {
      String backend = Nd4j.getBackend().getClass().getSimpleName();
      Properties found = Nd4j.getExecutioner().getEnvironmentInformation();
      facts.put("ND4J", nd4jVersion() + ", " + backend);
      facts.put(
          "BLAS",
          found.get(Nd4jEnvironment.BLAS_VENDOR_KEY)
              + ", "
              + found.get(Nd4jEnvironment.BLAS_THREADS_KEY)
              + " threads; OpenMP, "
              + found.get(Nd4jEnvironment.OMP_THREADS_KEY)
              + " threads");
      return Optional.empty();
    } catch (LinkageError | RuntimeException e) {
      // Native code that does not fit the machine surfaces as any of these, often as the cause.
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      facts.put("ND4J", nd4jVersion() + ", does not start");
      return Optional.of(
          "ND4J does not start ("
              + cause
              + "): its log above says why; a build made on another platform is one reason");
    }
  }

  private static String nd4jVersion() {
    try (InputStream in =
        Doctor.class.getResourceAsStream("/META-INF/maven/org.nd4j/nd4j-api/pom.properties")) {
      Properties pom = new Properties();
      if (in != null) {
        pom.load(in);
      }
      return pom.getProperty("version", "unknown version");
    } catch (IOException e) {
      return "unknown version";
    }
  }

  private static String cpu() {
    Path cpuinfo = Path.of("/proc/cpuinfo");
    if (Files.isReadable(cpuinfo)) {
      try (Stream<String> lines = Files.lines(cpuinfo, StandardCharsets.UTF_8)) {
        Optional<String> model =
            lines
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst();
        if (model.isPresent()) {
          return model.get();
        }
      } catch (IOException e) {
        return System.getProperty("os.arch");
      }
    }
    return System.getProperty("os.arch");
  }

  private static String memory() {
    long heap = Runtime.getRuntime().maxMemory();
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean os
        ? gibibytes(os.getTotalMemorySize()) + ", of it at most " + gibibytes(heap) + " Java heap"
        : "at most " + gibibytes(heap) + " Java heap";
  }

  private static String gibibytes(long bytes) {
    return Math.round(bytes / 0x1p30 * 10) / 10.0 + " GiB";
  }

  /** By reflection: the module is incubating, and a JVM started by hand may lack it. */
  private static String vectorWidth() {
    try {
      Object species =
          Class.forName("jdk.incubator.vector.FloatVector").getField("SPECIES_PREFERRED").get(null);
      int bits =
          (int)
              Class.forName("jdk.incubator.vector.VectorSpecies")
                  .getMethod("vectorBitSize")
                  .invoke(species);
      return bits + " bits (" + bits / Float.SIZE + " floats)";
    } catch (ReflectiveOperationException | LinkageError e) {
      return "no Vector API; start Java with --add-modules jdk.incubator.vector";
    }
  }
}
