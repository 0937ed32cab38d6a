package io.github.pelab.bench.step;

import com.google.gson.Gson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The process of a contestant. It reads requests, one a line, and answers each with a line of JSON:
 *
 * <pre>
 *   losses      {@link Contestant#firstLosses()}
 *   pass        nanoseconds of a {@link Contestant#pass()}
 *   describe    {@link Contestant#describe()}
 *   memory      most bytes that it ever had in memory
 * </pre>
 *
 * It ends when there are no more requests; in between it sleeps.
 */
public final class Child {
  /** What can be measured. */
  enum Kind {
    LAB,
    PRODUCTS,
    TORCH_EAGER,
    TORCH_FUSED,
    TORCH_BUCKETED;

    Contestant contestant(Workload workload) {
      return switch (this) {
        case LAB -> new LabTraining(workload);
        case PRODUCTS -> new Products(workload);
        case TORCH_EAGER -> new TorchTraining(workload, TorchTraining.Style.EAGER);
        case TORCH_FUSED -> new TorchTraining(workload, TorchTraining.Style.FUSED);
        case TORCH_BUCKETED -> new TorchTraining(workload, TorchTraining.Style.FUSED_BUCKETED);
      };
    }
  }

  private Child() {}

  /** {@code KIND WORKLOAD}, the latter in JSON. */
  public static void main(String[] arguments) throws IOException {
    PrintStream answers = System.out;
    System.setOut(System.err); // DL4J prints
    Gson gson = new Gson();
    Contestant contestant =
        Kind.valueOf(arguments[0]).contestant(gson.fromJson(arguments[1], Workload.class));
    BufferedReader requests =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String request = requests.readLine(); request != null; request = requests.readLine()) {
      answers.println(gson.toJson(answer(contestant, request)));
      answers.flush();
    }
    System.exit(0); // threads of ND4J and PyTorch may live on
  }

  private static Object answer(Contestant contestant, String request) throws IOException {
    return switch (request) {
      case "losses" -> contestant.firstLosses();
      case "pass" -> {
        long start = System.nanoTime();
        contestant.pass();
        yield System.nanoTime() - start;
      }
      case "describe" -> contestant.describe();
      case "memory" -> mostMemory();
      default -> throw new IllegalArgumentException("found request '%s'".formatted(request));
    };
  }

  /** Resident, as Linux counts it, the JVM and all libraries included. */
  private static long mostMemory() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
              .filter(line -> line.startsWith("VmHWM:"))
              .map(line -> line.replaceAll("[^0-9]", ""))
              .mapToLong(Long::parseLong)
              .findFirst()
              .orElseThrow()
          * 1024;
    }
  }
}
