package io.github.pelab.train.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.pelab.tasks.Describe;

/**
 * Which task, and that task's own options, which stand beside {@code name} in the YAML. {@link
 * Binder} turns them into the task's options record.
 */
public record TaskConfig(
    @Describe(value = "The task's name, for instance distance; required", example = "distance")
        String name,
    @Describe("The task's own options; each task describes its own") ObjectNode options) {

  public TaskConfig {
    Field.required("name", name, "name a task, for instance distance");
    options = options == null ? JsonNodeFactory.instance.objectNode() : options.deepCopy();
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static TaskConfig of(ObjectNode flat) {
    ObjectNode options = flat.deepCopy();
    JsonNode name = options.remove("name");
    if (name != null && !name.isTextual()) {
      throw new IllegalArgumentException("name: expected text, found " + Binder.found(name));
    }
    return new TaskConfig(name == null ? null : name.textValue(), options);
  }

  @JsonValue
  ObjectNode flat() {
    ObjectNode flat = JsonNodeFactory.instance.objectNode().put("name", name);
    return flat.setAll(options);
  }
}
