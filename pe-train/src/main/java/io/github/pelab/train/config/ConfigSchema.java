package io.github.pelab.train.config;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.pelab.tasks.Describe;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * The JSON Schema of a config file, made of the records that {@link Binder} binds it to, so that it
 * accepts the keys and types that are accepted, and lists where {@link ConfigReader} takes them for
 * a sweep. Ranges stand in the descriptions alone: the records' constructors check them.
 */
public final class ConfigSchema {
  private static final String DRAFT = "https://json-schema.org/draft/2020-12/schema";
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Map<String, Class<? extends Record>> tasks;

  private ConfigSchema(Map<String, Class<? extends Record>> tasks) {
    this.tasks = new TreeMap<>(tasks);
  }

  /**
   * The schema, of draft 2020-12.
   *
   * @param tasks each task's name and options record
   */
  public static ObjectNode of(Map<String, Class<? extends Record>> tasks) {
    ObjectNode schema = JSON.objectNode().put("$schema", DRAFT).put("title", "PE Lab config");
    return schema.setAll(new ConfigSchema(tasks).mapping(ExperimentConfig.class, ""));
  }

  private ObjectNode mapping(Class<?> type, String path) {
    ObjectNode mapping = JSON.objectNode().put("type", "object");
    ObjectNode properties = JSON.objectNode();
    ArrayNode required = JSON.arrayNode();
    for (RecordComponent component : type.getRecordComponents()) {
      String name = component.getName();
      properties.set(name, property(component, Source.path(path, name)));
      if (required(component)) {
        required.add(name);
      }
    }
    mapping.set("required", required);
    mapping.set("properties", properties);
    return mapping.put("additionalProperties", false);
  }

  private static boolean required(RecordComponent component) {
    return !component.getAnnotation(Describe.class).example().isEmpty()
        || (component.getType().isRecord()
            && Arrays.stream(component.getType().getRecordComponents())
                .anyMatch(ConfigSchema::required));
  }

  private ObjectNode property(RecordComponent component, String path) {
    Class<?> type = component.getType();
    ObjectNode property = description(component);
    if (type == TaskConfig.class) {
      return property.setAll(task());
    } else if (type.isRecord()) {
      return property.setAll(mapping(type, path));
    } else if (path.equals("schemaVersion")) {
      return property.put("const", ExperimentConfig.SCHEMA_VERSION);
    } else if (ConfigReader.NOT_SWEPT.contains(path)) {
      return property.setAll(value(type));
    }
    return property.setAll(oneOrMore(component.getName(), value(type)));
  }

  private static ObjectNode description(RecordComponent component) {
    return JSON.objectNode().put("description", component.getAnnotation(Describe.class).value());
  }

  /** A value, or a list of values and of mappings that set others beside it. */
  private static ObjectNode oneOrMore(String name, ObjectNode value) {
    ObjectNode several = type("object");
    several.putArray("required").add(name);
    several.putObject("properties").set(name, value);
    ObjectNode item = JSON.objectNode();
    item.putArray("anyOf").add(value).add(several);
    ObjectNode list = JSON.objectNode().put("type", "array").put("minItems", 1);
    list.set("items", item);
    ObjectNode either = JSON.objectNode();
    either.putArray("anyOf").add(value).add(list);
    return either;
  }

  private static ObjectNode value(Class<?> type) {
    if (type.isEnum()) {
      return oneOf(Binder.constants(type));
    } else if (type == Integer.class || type == Long.class) {
      return type("integer");
    } else if (type == Double.class) {
      return type("number");
    } else if (type == Boolean.class) {
      return type("boolean");
    } else if (type == String.class) {
      return type("string");
    }
    throw new IllegalArgumentException("no config holds a " + type.getName());
  }

  private static ObjectNode type(String type) {
    return JSON.objectNode().put("type", type);
  }

  private static ObjectNode oneOf(Iterable<String> names) {
    ObjectNode choice = JSON.objectNode();
    ArrayNode values = choice.putArray("enum");
    names.forEach(values::add);
    return choice;
  }

  /** The options stand beside the name: they are those of each task that it names. */
  private ObjectNode task() {
    RecordComponent name = TaskConfig.class.getRecordComponents()[0];
    ObjectNode task = type("object");
    task.putArray("required").add(name.getName());
    task.putObject("properties")
        .set(
            name.getName(),
            description(name).setAll(oneOrMore(name.getName(), oneOf(tasks.keySet()))));
    ArrayNode all = task.putArray("allOf");
    tasks.forEach(
        (each, options) -> {
          ObjectNode then = mapping(options, "task");
          // Checked above; here it must be known, or it would be an additional property.
          then.withObjectProperty("properties").put(name.getName(), true);
          ObjectNode conditional = all.addObject();
          conditional.putObject("if").putObject("properties").set(name.getName(), names(each));
          conditional.set("then", then);
        });
    return task;
  }

  /** Matches a task's name, or a list with that name in it. */
  private static ObjectNode names(String task) {
    ObjectNode is = JSON.objectNode().put("const", task);
    ObjectNode inList = type("array");
    inList.set("contains", is);
    ObjectNode either = JSON.objectNode();
    either.putArray("anyOf").add(is).add(inList);
    return either;
  }
}
