package io.github.pelab.claims;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Which runs: those in whose effective configs each field has its value, {@code {name: distance,
 * model.scheme: rope}}.
 *
 * @param fields by path
 */
public record Selection(@JsonValue Map<String, JsonNode> fields) {

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public Selection {
    if (fields.isEmpty()) {
      throw new IllegalArgumentException(
          "names no field; write paths and values, as configs have them");
    }
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
  }

  /** Whether it is of a run with that effective config. */
  public boolean has(JsonNode config) {
    return fields.entrySet().stream()
        .allMatch(each -> same(at(config, each.getKey()), each.getValue()));
  }

  private static JsonNode at(JsonNode config, String path) {
    return config.at("/" + path.replace('.', '/'));
  }

  /** 1 and 1.0 are one number. */
  private static boolean same(JsonNode found, JsonNode wanted) {
    return (found.isNumber() && wanted.isNumber())
        ? found.doubleValue() == wanted.doubleValue()
        : found.equals(wanted);
  }

  /** The values alone. */
  @Override
  public String toString() {
    return fields.values().stream().map(JsonNode::asText).collect(Collectors.joining(", "));
  }
}
