package io.github.pelab.train.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Turns trees into config records, strictly: a key that the record does not have, or a value of
 * another type than the record's, is refused, and nothing is converted in silence.
 *
 * <p>A task's options record is bound here too. Its constructor follows the rule of all config
 * records: components are boxed, null means the default, and what is out of range throws an {@link
 * IllegalArgumentException} whose message starts with the component's name and a colon. Enum
 * constants are written in lower case, with dashes.
 */
public final class Binder {
  static final JsonMapper MAPPER =
      JsonMapper.builder()
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .withCoercionConfig(
              LogicalType.Textual,
              text -> {
                text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail);
                text.setCoercion(CoercionInputShape.Float, CoercionAction.Fail);
                text.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
              })
          .annotationIntrospector(new EnumNames())
          .addModule(new SimpleModule().addDeserializer(Double.class, new Finite()))
          .build();

  private final Source source;

  Binder(Source source) {
    this.source = source;
  }

  /**
   * For trees that did not come from a YAML file, such as the effective config of a {@code
   * run.json}.
   *
   * @param source what messages call it, for instance the file's name
   */
  public Binder(String source) {
    this(new Source(source, Map.of()));
  }

  /**
   * The record that a YAML file describes, read as strictly as configs are.
   *
   * @throws ConfigException when it cannot be read, or does not fit
   */
  public static <R extends Record> R read(Path file, Class<R> type) {
    YamlDocument document = YamlDocument.read(file);
    return new Binder(document.source()).bind(document.tree(), type, "");
  }

  /**
   * The record that {@code node} describes.
   *
   * @param path of {@code node} in its file, for messages; empty for the root
   * @throws ConfigException when it does not fit
   */
  public <R extends Record> R bind(JsonNode node, Class<R> type, String path) {
    if (!node.isObject()) {
      throw source.error(path, mismatch(Record.class, node), null);
    }
    checkKeys(node, type, path);
    try {
      return MAPPER.treeToValue(node, type);
    } catch (JsonMappingException e) {
      throw translated(e, node, path);
    } catch (JsonProcessingException e) {
      throw source.error(path, e.getOriginalMessage(), e);
    }
  }

  /**
   * The config that {@code tree} describes, with the options of its task filled in.
   *
   * @param tasks each task's name and options record
   * @throws ConfigException when it does not fit
   */
  public ExperimentConfig bind(JsonNode tree, Map<String, Class<? extends Record>> tasks) {
    // First of all: a file in a newer format is not to be blamed for its unknown keys.
    if (tree.path("schemaVersion").isInt()) {
      try {
        ExperimentConfig.checkVersion(tree.path("schemaVersion").intValue());
      } catch (IllegalArgumentException e) {
        throw refused("", e);
      }
    }
    ExperimentConfig config = bind(tree, ExperimentConfig.class, "");
    TaskConfig task = config.task();
    Class<? extends Record> options = tasks.get(task.name());
    if (options == null) {
      throw source.error("task.name", unknown("task", task.name(), tasks.keySet()), null);
    }
    ObjectNode effective = MAPPER.valueToTree(bind(task.options(), options, "task"));
    return config.withTask(new TaskConfig(task.name(), effective));
  }

  /**
   * Before anything is built: Jackson looks at keys that it does not know only after a record's
   * constructor has complained of the value that such a key was meant to give.
   */
  private void checkKeys(JsonNode node, Class<?> type, String path) {
    Map<String, Class<?>> valid = new TreeMap<>();
    for (RecordComponent component : type.getRecordComponents()) {
      valid.put(component.getName(), component.getType());
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      String at = Source.path(path, field.getKey());
      Class<?> inner = valid.get(field.getKey());
      if (inner == null) {
        throw source.error(at, "unknown key; " + Nearest.to(field.getKey(), valid.keySet()), null);
      }
      if (inner.isRecord() && inner != TaskConfig.class && field.getValue().isObject()) {
        checkKeys(field.getValue(), inner, at);
      }
    }
  }

  private ConfigException translated(JsonMappingException e, JsonNode root, String rootPath) {
    String path = rootPath;
    JsonNode node = root;
    for (JsonMappingException.Reference step : e.getPath()) {
      if (step.getFieldName() == null) {
        path += "[" + step.getIndex() + "]";
        node = node.path(step.getIndex());
      } else {
        path = Source.path(path, step.getFieldName());
        node = node.path(step.getFieldName());
      }
    }
    if (e instanceof ValueInstantiationException && e.getCause() != null) {
      return refused(path, e.getCause());
    }
    if (e instanceof MismatchedInputException mismatched && mismatched.getTargetType() != null) {
      return source.error(path, mismatch(mismatched.getTargetType(), node), e);
    }
    if (e.getCause() instanceof InputCoercionException overflow) {
      return source.error(path, mismatch(overflow.getTargetType(), node), e);
    }
    return source.error(path, e.getOriginalMessage(), e);
  }

  /** What a record's constructor refused: its message starts with the component's name. */
  private ConfigException refused(String path, Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    int colon = message.indexOf(": ");
    return colon < 0
        ? source.error(path, message, cause)
        : source.error(
            Source.path(path, message.substring(0, colon)), message.substring(colon + 2), cause);
  }

  private static String mismatch(Class<?> type, JsonNode node) {
    if (type.isEnum() && node.isTextual()) {
      return unknown("value", node.textValue(), constants(type));
    }
    return "expected " + expected(type) + ", found " + found(node);
  }

  static String unknown(String what, String given, Collection<String> valid) {
    return "unknown "
        + what
        + " "
        + ConfigException.quoted(given)
        + "; "
        + Nearest.to(given, valid);
  }

  private static String expected(Class<?> type) {
    if (type == Integer.class || type == int.class) {
      return "a whole number below 2^31";
    } else if (type == Long.class || type == long.class) {
      return "a whole number below 2^63";
    } else if (type == Double.class) {
      return "a finite number";
    } else if (type == Boolean.class) {
      return "true or false";
    } else if (type == String.class) {
      return "text";
    } else if (type.isEnum()) {
      return "one of " + String.join(", ", constants(type));
    }
    return "a mapping (key: value)";
  }

  static String found(JsonNode node) {
    JsonNodeType type = node.getNodeType();
    return switch (type) {
      case STRING -> "the text " + ConfigException.quoted(node.textValue());
      case NUMBER -> "the number " + ConfigException.quoted(node.asText());
      case BOOLEAN -> node.asText();
      case OBJECT, POJO -> "a mapping";
      case ARRAY -> "a list";
      case NULL, MISSING, BINARY -> "nothing";
    };
  }

  static List<String> constants(Class<?> type) {
    return List.of(type.getEnumConstants()).stream()
        .map(constant -> MAPPER.convertValue(constant, String.class))
        .toList();
  }

  /** {@code AS_RELEASED} is written {@code as-released}, also where Jackson is not known. */
  private static final class EnumNames extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1L;

    @Override
    public String[] findEnumValues(
        MapperConfig<?> config, AnnotatedClass type, Enum<?>[] constants, String[] names) {
      return Stream.of(constants)
          .map(constant -> constant.name().toLowerCase(Locale.ROOT).replace('_', '-'))
          .toArray(String[]::new);
    }
  }

  /** Jackson reads "NaN" and the like as a double even where it converts no text. */
  private static final class Finite extends StdDeserializer<Double> {
    private static final long serialVersionUID = 1L;

    Finite() {
      super(Double.class);
    }

    @Override
    public Double deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      if (!parser.currentToken().isNumeric() || !Double.isFinite(parser.getDoubleValue())) {
        return (Double) context.handleUnexpectedToken(Double.class, parser);
      }
      return parser.getDoubleValue();
    }
  }
}
