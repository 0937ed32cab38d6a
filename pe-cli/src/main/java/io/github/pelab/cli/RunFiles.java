package io.github.pelab.cli;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.github.pelab.ablation.AblationRow;
import io.github.pelab.cli.report.ReportRun;
import io.github.pelab.train.run.MetricsRow;
import io.github.pelab.train.run.RunRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Reads runs' directories. */
final class RunFiles {

  private static final String RUN = "run.json";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .addModule(new SimpleModule().addDeserializer(double.class, new NullAsNan()))
          .build();

  private RunFiles() {}

  /** See {@link ReportCommand.Reader#read}. */
  static List<ReportRun> read(Path directory) throws IOException {
    if (Files.exists(directory.resolve(RUN))) {
      return List.of(readRun(directory));
    }
    List<ReportRun> runs = new ArrayList<>();
    for (Path member : subdirectories(directory)) {
      if (Files.exists(member.resolve(RUN))) {
        runs.add(readRun(member));
      }
    }
    if (runs.isEmpty()) {
      throw new IllegalArgumentException(
          directory + " holds no " + RUN + ", nor does a directory in it: name a run's directory");
    }
    return runs;
  }

  private static List<Path> subdirectories(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.filter(Files::isDirectory).sorted().toList();
    }
  }

  private static ReportRun readRun(Path directory) throws IOException {
    Path file = directory.resolve(RUN);
    RunRecord run =
        parse(Files.readString(file, StandardCharsets.UTF_8), RunRecord.class, file.toString());
    return new ReportRun(
        run,
        readLines(directory.resolve("metrics.jsonl"), MetricsRow.class),
        readLines(directory.resolve("ablation.jsonl"), AblationRow.class));
  }

  private static <T> List<T> readLines(Path file, Class<T> type) throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    List<T> rows = new ArrayList<>();
    List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        rows.add(parse(lines.get(i), type, file + ", line " + (i + 1)));
      }
    }
    return rows;
  }

  private static <T> T parse(String text, Class<T> type, String place) {
    try {
      return JSON.readValue(text, type);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          place + ": " + e.getOriginalMessage() + ": repair the file or leave the run out", e);
    }
  }

  /** A NaN is written as null, and must not come back as 0. */
  private static final class NullAsNan extends StdDeserializer<Double> {

    private static final long serialVersionUID = 1;

    NullAsNan() {
      super(double.class);
    }

    @Override
    public Double deserialize(JsonParser json, DeserializationContext context) throws IOException {
      return _parseDoublePrimitive(json, context);
    }

    @Override
    public Double getNullValue(DeserializationContext context) {
      return Double.NaN;
    }
  }
}
