package io.github.pelab.train.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.github.pelab.tasks.Describe;
import io.github.pelab.train.Experiment;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the schema says of a file is what the reader says of it, but for ranges. */
class ConfigSchemaTest {
  private static final Map<String, Class<? extends Record>> TASKS = Experiment.taskOptions();
  private static final SchemaRegistry DRAFT =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
  private static final JsonNode TREE = ConfigSchema.of(TASKS);
  private static final Schema SCHEMA = DRAFT.getSchema(TREE);

  private static final String SMALLEST =
      """
      schemaVersion: 1
      name: x
      task: {name: distance}
      model: {scheme: rope}
      training: {epochs: 1}
      """;

  @TempDir Path directory;

  private static List<?> errors(String yaml) {
    return SCHEMA.validate(yaml, InputFormat.YAML);
  }

  private boolean reads(String yaml) throws IOException {
    Path file = Files.writeString(directory.resolve("x.yaml"), yaml);
    try {
      return !Experiment.configs().read(file).members().isEmpty();
    } catch (ConfigException e) {
      return false;
    }
  }

  @Test
  void isASchema() {
    Schema meta = DRAFT.getSchema(SchemaLocation.of(TREE.path("$schema").textValue()));
    assertThat(meta.validate(TREE)).isEmpty();
    assertThat(meta.validate("{\"type\": \"nothing\"}", InputFormat.JSON)).isNotEmpty();
  }

  @Test
  void everyConfigOfTheProjectFits() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("..", "configs"))) {
      List<Path> configs =
          files
              .filter(file -> file.toString().endsWith(".yaml"))
              .filter(file -> !file.getParent().endsWith("claims")) // but their suites
              .toList();
      assertThat(configs).hasSizeGreaterThan(1);
      for (Path config : configs) {
        assertThat(errors(Files.readString(config))).as(config.toString()).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "schemaVersion: 1   | schemaVersion: 2",
        "schemaVersion: 1   | schemaVersion: [1]",
        "name: x            | name: [x, y]",
        "name: x            | nam: x",
        "name: x            | name: 1",
        "{epochs: 1}        | {epoch: 1}",
        "{epochs: 1}        | {epochs: one}",
        "{epochs: 1}        | {epochs: 1.5}",
        "{epochs: 1}        | {epochs: []}",
        "{epochs: 1}        | {epochs: [1, two]}",
        "{epochs: 1}        | {epochs: [[1]]}",
        "{epochs: 1}        | 5",
        "{scheme: rope}     | {scheme: 1}",
        "{scheme: rope}     | {layers: 1}",
        "{scheme: rope}     | {scheme: rope, causal: 1}",
        "{scheme: rope}     | {scheme: rope, activation: tanh}",
        "{name: distance}   | {name: distanse}",
        "{name: distance}   | {maxGap: 4}",
        "{name: distance}   | {name: distance, maxCount: 4}",
        "{name: distance}   | {name: distance, maxGap: four}",
        "{name: distance}   | {name: [distance, count], maxGap: 4}",
        "{name: distance}   | {name: [distance, distanse]}",
      })
  void refusesWhatTheReaderRefuses(String part, String wrong) throws IOException {
    String yaml = SMALLEST.replace(part, wrong);
    assertThat(reads(yaml)).isFalse();
    assertThat(errors(yaml)).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "name: x            | name: x",
        "{epochs: 1}        | {epochs: [1, 2], warmup: 0}",
        "{scheme: rope}     | {scheme: [rope, nope], causal: [true, false]}",
        "{scheme: rope}     | {scheme: rope, activation: [relu, gelu]}",
        "{name: distance}   | {name: count, maxCount: 4}",
        "{name: distance}   | {name: [distance, count], vocabulary: [16, 32]}",
        "{name: distance}   | {name: distance, maxGap: [4, 5]}",
      })
  void takesWhatTheReaderTakes(String part, String right) throws IOException {
    String yaml = SMALLEST.replace(part, right);
    assertThat(reads(yaml)).isTrue();
    assertThat(errors(yaml)).isEmpty();
  }

  /** No record can gain a field that the schema does not know, or know one that is gone. */
  @Test
  void namesWhatTheRecordsHold() {
    assertNames(ExperimentConfig.class, TREE);
    TASKS.forEach(
        (task, options) -> {
          JsonNode schema = null;
          for (JsonNode each : TREE.at("/properties/task/allOf")) {
            if (each.at("/if/properties/name/anyOf/0/const").textValue().equals(task)) {
              schema = each.path("then");
            }
          }
          assertThat(schema).as(task).isNotNull();
          assertThat(schema.at("/properties/name").booleanValue()).isTrue();
          assertThat(schema.path("properties")).hasSize(options.getRecordComponents().length + 1);
          assertDescribed(options, schema);
        });
  }

  private static void assertNames(Class<?> record, JsonNode schema) {
    assertThat(schema.path("properties")).hasSize(record.getRecordComponents().length);
    assertThat(schema.path("additionalProperties").booleanValue()).isFalse();
    assertDescribed(record, schema);
    for (RecordComponent component : record.getRecordComponents()) {
      if (component.getType().isRecord() && component.getType() != TaskConfig.class) {
        assertNames(component.getType(), schema.path("properties").path(component.getName()));
      }
    }
  }

  private static void assertDescribed(Class<?> record, JsonNode schema) {
    for (RecordComponent component : record.getRecordComponents()) {
      assertThat(
              schema.path("properties").path(component.getName()).path("description").textValue())
          .as("%s.%s", record, component.getName())
          .isEqualTo(component.getAnnotation(Describe.class).value());
    }
  }
}
