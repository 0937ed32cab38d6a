package io.github.pelab.train.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.github.pelab.tasks.Describe;
import java.lang.reflect.RecordComponent;
import java.util.Map;

/**
 * A config that says everything: each field with its default and, above it, its description. What
 * has no default is the annotation's example.
 */
public final class ConfigExample {
  private static final int LINE = 100;
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .build();

  private final Class<? extends Record> options;
  private final StringBuilder lines = new StringBuilder();

  private ConfigExample(Class<? extends Record> options) {
    this.options = options;
  }

  /**
   * The YAML text.
   *
   * @param tasks each task's name and options record
   * @param task which of them is to be learned
   * @throws ConfigException when there is no such task
   */
  public static String of(Map<String, Class<? extends Record>> tasks, String task) {
    Class<? extends Record> options = tasks.get(task);
    if (options == null) {
      throw new ConfigException(Binder.unknown("task", task, tasks.keySet()), null);
    }
    ObjectNode smallest = required(ExperimentConfig.class);
    smallest.set("task", required(options).put("name", task));
    JsonNode effective = Binder.MAPPER.valueToTree(new Binder("example").bind(smallest, tasks));
    ConfigExample example = new ConfigExample(options);
    example.comment(
        "",
        "A list in the place of a value is a sweep over its values, as in scheme: [nope, rope].");
    example.lines.append('\n');
    example.mapping(ExperimentConfig.class, effective, "");
    return example.lines.toString();
  }

  /** What must be said, as the annotations say it. */
  private static ObjectNode required(Class<?> type) {
    ObjectNode required = JsonNodeFactory.instance.objectNode();
    for (RecordComponent component : type.getRecordComponents()) {
      String example = component.getAnnotation(Describe.class).example();
      if (component.getType().isRecord()) {
        required.set(component.getName(), required(component.getType()));
      } else if (!example.isEmpty()) {
        required.set(component.getName(), scalar(example));
      }
    }
    return required;
  }

  private void mapping(Class<?> type, JsonNode values, String indent) {
    for (RecordComponent component : type.getRecordComponents()) {
      if (component.getType() == ObjectNode.class) {
        mapping(options, values, indent); // a task's, beside its name
        continue;
      }
      comment(indent, component.getAnnotation(Describe.class).value());
      JsonNode value = values.path(component.getName());
      // What has neither default nor example is off until it is said.
      lines
          .append(indent)
          .append(value.isNull() ? "# " : "")
          .append(component.getName())
          .append(':');
      if (component.getType().isRecord()) {
        lines.append('\n');
        mapping(component.getType(), value, indent + "  ");
      } else {
        lines.append(value.isNull() ? "" : " " + text(value)).append('\n');
      }
    }
  }

  private void comment(String indent, String description) {
    int column = 0;
    for (String word : description.split(" ", -1)) {
      if (column == 0 || column + 1 + word.length() > LINE) {
        lines.append(column == 0 ? "" : "\n").append(indent).append('#');
        column = indent.length() + 1;
      }
      lines.append(' ').append(word);
      column += 1 + word.length();
    }
    lines.append('\n');
  }

  private static JsonNode scalar(String text) {
    try {
      return YAML.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("examples are YAML, but not " + text, e);
    }
  }

  private static String text(JsonNode scalar) {
    try {
      return YAML.writeValueAsString(scalar).strip();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("every scalar can be written", e);
    }
  }
}
