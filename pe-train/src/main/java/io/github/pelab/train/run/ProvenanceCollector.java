package io.github.pelab.train.run;

import io.github.pelab.train.run.RunRecord.Provenance;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.nd4j.linalg.api.blas.Blas;
import org.nd4j.linalg.factory.Nd4j;

/** Finds out what a run's numbers come from. What cannot be found out is {@code unknown}. */
public final class ProvenanceCollector {
  private static final String UNKNOWN = "unknown";
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  // In nd4j-api's jar; the one place that names its version, as its manifest does not.
  private static final String ND4J_BUILD = "/org/eclipse/org.nd4j-nd4j-api-git.properties";
  private static final String OPENBLAS_BUILD =
      "/META-INF/maven/org.bytedeco/openblas/pom.properties";
  private static final int FINGERPRINT_DIGITS = 16;

  private ProvenanceCollector() {}

  /**
   * What is so now, of a run that starts.
   *
   * @param checkout a directory whose git commit is recorded, usually the working directory
   * @param seed of the run
   * @param kernel what the layers are run by, and how wide, for instance {@code vector 256}
   */
  public static Provenance collect(Path checkout, Instant started, long seed, String kernel) {
    String cpu = cpu(checkout);
    String backend = Nd4j.getBackend().getClass().getName();
    Blas blas = Nd4j.factory().blas();
    String vendor = blas.getBlasVendor().name() + " " + property(OPENBLAS_BUILD, "version");
    int threads = blas.getMaxThreads();
    String jvm = System.getProperty("java.vm.name") + " " + Runtime.version();
    String dl4j = property(ND4J_BUILD, "git.build.version");
    return new Provenance(
        started.toString(),
        null,
        List.of(),
        gitCommit(checkout),
        property("version.properties", "version"),
        dl4j,
        jvm,
        ManagementFactory.getRuntimeMXBean().getInputArguments(),
        Stream.of("os.name", "os.version", "os.arch")
            .map(System::getProperty)
            .collect(Collectors.joining(" ")),
        cpu,
        Runtime.getRuntime().availableProcessors(),
        gpu(checkout),
        backend,
        vendor,
        threads,
        kernel,
        seed,
        // DL4J stands for the version of the operations that it brings.
        fingerprint(cpu, backend, vendor, String.valueOf(threads), kernel, jvm, dl4j));
  }

  static String gitCommit(Path checkout) {
    Optional<String> commit =
        Command.ask(checkout, PATIENCE, List.of("git", "rev-parse", "--verify", "HEAD"));
    // Without locks: it must not get in the way of whoever works in the checkout.
    Optional<String> changes =
        Command.ask(
            checkout, PATIENCE, List.of("git", "--no-optional-locks", "status", "--porcelain"));
    if (commit.isEmpty() || changes.isEmpty()) {
      return UNKNOWN;
    }
    return changes.get().isEmpty() ? commit.get() : commit.get() + "+changes";
  }

  private static String property(String resource, String key) {
    try (InputStream in = ProvenanceCollector.class.getResourceAsStream(resource)) {
      if (in == null) {
        return UNKNOWN;
      }
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty(key, UNKNOWN);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String cpu(Path directory) {
    Path linux = Path.of("/proc/cpuinfo");
    if (Files.isReadable(linux)) {
      try (Stream<String> lines = Files.lines(linux)) {
        // Of the first core. A virtual machine's name alone may be that of several generations.
        Map<String, String> says =
            lines
                .takeWhile(line -> !line.isBlank())
                .filter(line -> line.indexOf(':') > 0)
                .collect(
                    Collectors.toMap(
                        line -> line.substring(0, line.indexOf(':')).strip(),
                        line -> line.substring(line.indexOf(':') + 1).strip(),
                        (first, again) -> first));
        if (says.containsKey("model name")) {
          return Stream.of("cpu family", "model", "stepping")
              .filter(says::containsKey)
              .map(key -> key + " " + says.get(key))
              .collect(Collectors.joining(", ", says.get("model name") + " (", ")"));
        }
      } catch (IOException | UncheckedIOException e) {
        return System.getProperty("os.arch");
      }
    }
    // macOS; elsewhere this key, or the program, does not exist.
    return Command.ask(directory, PATIENCE, List.of("sysctl", "-n", "machdep.cpu.brand_string"))
        .filter(model -> !model.isEmpty())
        .orElseGet(() -> System.getProperty("os.arch"));
  }

  private static String gpu(Path directory) {
    return Command.ask(
            directory,
            PATIENCE,
            List.of("nvidia-smi", "--query-gpu=name,compute_cap", "--format=csv,noheader"))
        .filter(gpus -> !gpus.isEmpty())
        .map(gpus -> gpus.lines().map(String::strip).collect(Collectors.joining("; ")))
        .orElse("none");
  }

  static String fingerprint(String... parts) {
    try {
      // A line feed is in none of the parts: different parts, different text.
      byte[] text = String.join("\n", parts).getBytes(StandardCharsets.UTF_8);
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text);
      return HexFormat.of().formatHex(digest).substring(0, FINGERPRINT_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
