package io.github.pelab.bench.step;

import com.google.gson.Gson;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An entry's process, from the side of who asks. */
final class Contender implements AutoCloseable {
  private static final Gson GSON = new Gson();
  private static final int LINES_OF_ERROR = 20;

  private final Entry entry;
  private final Path errors;
  private final Process process;
  private final BufferedWriter requests;
  private final BufferedReader answers;
  private final List<Double> steps = new ArrayList<>();

  Contender(Entry entry) {
    this.entry = entry;
    try {
      errors = Files.createTempFile("pe-bench-", ".err");
      ProcessBuilder builder = new ProcessBuilder(command(entry)).redirectError(errors.toFile());
      builder.environment().putAll(entry.environment());
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    requests = process.outputWriter(StandardCharsets.UTF_8);
    answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /** As the launcher does it. */
  private static List<String> command(Entry entry) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:MaxRAMPercentage=40");
    command.add("--add-modules=jdk.incubator.vector");
    if (Runtime.version().feature() >= 24) {
      command.add("--enable-native-access=ALL-UNNAMED");
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    if (!entry.kernel().isEmpty()) {
      command.add("-Dpe.kernel=" + entry.kernel());
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Child.class.getName()));
    command.addAll(List.of(entry.kind().name(), GSON.toJson(entry.workload())));
    return command;
  }

  Entry entry() {
    return entry;
  }

  double[] firstLosses() {
    return ask("losses", double[].class);
  }

  /** Takes a pass; its mean step, in milliseconds, is one of the result's if it counts. */
  void step(boolean counts) {
    double mean = ask("pass", Long.class) / 1e6 / entry.workload().batches();
    if (counts) {
      steps.add(mean);
    }
  }

  String describe() {
    return ask("describe", String.class);
  }

  Heat.Result result() {
    return new Heat.Result(entry, describe(), List.copyOf(steps), ask("memory", Long.class));
  }

  private <T> T ask(String request, Class<T> type) {
    try {
      requests.write(request + "\n");
      requests.flush();
      String answer = answers.readLine();
      if (answer != null) {
        return GSON.fromJson(answer, type);
      }
    } catch (IOException e) {
      throw new IllegalStateException(failure(request), e);
    }
    throw new IllegalStateException(failure(request));
  }

  private String failure(String request) {
    try {
      List<String> lines = Files.readAllLines(errors);
      return "%s: its process ended when asked for '%s'; it said last:%n%s"
          .formatted(
              entry.name(),
              request,
              String.join(
                  "\n", lines.subList(Math.max(0, lines.size() - LINES_OF_ERROR), lines.size())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      Files.delete(errors);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
