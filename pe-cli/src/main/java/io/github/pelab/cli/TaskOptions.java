package io.github.pelab.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Map;

/** A task's options as a command line gives them: {@code OPTION=VALUE}. */
final class TaskOptions {
  private TaskOptions() {}

  static ObjectNode tree(Map<String, String> options) {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    options.forEach((option, value) -> tree.set(option, scalar(value)));
    return tree;
  }

  /** A number or a flag where the text is one, as in YAML. */
  private static JsonNode scalar(String value) {
    if (value.equals("true") || value.equals("false")) {
      return BooleanNode.valueOf(Boolean.parseBoolean(value));
    }
    return value.matches("-?[0-9]{1,18}")
        ? LongNode.valueOf(Long.parseLong(value))
        : TextNode.valueOf(value);
  }
}
