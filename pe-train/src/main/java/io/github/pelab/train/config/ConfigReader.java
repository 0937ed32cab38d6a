package io.github.pelab.train.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads config files. No field of a config is itself a list, so a list stands for a sweep over its
 * values; it is expanded before anything is bound, and every member is bound before any is
 * returned: what starts is valid to its last run. A value that is a mapping sets several fields at
 * once, of its section, or with their whole path of any: {@code scheme: [nope, {scheme: rope,
 * attention: mla, training.learningRate: 0.002}]}.
 */
public final class ConfigReader {
  private static final int MOST_MEMBERS = 10_000;
  // File systems allow 255 bytes for a name; the hash and what others append need some.
  private static final int LONGEST_LABEL = 120;
  static final Set<String> NOT_SWEPT = Set.of("schemaVersion", "name");

  // Sorted keys, and digits that do not depend on the JDK's version.
  private static final ObjectWriter CANONICAL =
      Binder.MAPPER
          .writer()
          .with(JsonNodeFeature.WRITE_PROPERTIES_SORTED)
          .with(StreamWriteFeature.USE_FAST_DOUBLE_WRITER);

  private final Map<String, Class<? extends Record>> tasks;

  /**
   * @param tasks each task's name and options record
   */
  public ConfigReader(Map<String, Class<? extends Record>> tasks) {
    this.tasks = Map.copyOf(tasks);
  }

  /**
   * The runs that {@code file} asks for.
   *
   * @throws ConfigException when the file, or any member, is not valid
   */
  public Sweep read(Path file) {
    YamlDocument document = YamlDocument.read(file);
    Source source = document.source();
    Binder binder = new Binder(source);
    List<Axis> axes = new ArrayList<>();
    findAxes(document.tree(), List.of(), axes, source);
    checkApart(axes, source);

    List<Sweep.Member> members = new ArrayList<>();
    Map<String, String> labelsByHash = new HashMap<>();
    Set<String> labels = new HashSet<>();
    int size = size(axes, source);
    for (int index = 0; index < size; index++) {
      ObjectNode tree = document.tree().deepCopy();
      Map<String, JsonNode> values = choose(axes, index, tree, source);
      ExperimentConfig config = binder.bind(tree, tasks);
      JsonNode effective = Binder.MAPPER.valueToTree(config);
      String hash = hash(effective);
      String label = unique(values.isEmpty() ? config.name() : label(values), labels);
      String twin = labelsByHash.put(hash, label);
      if (twin != null) {
        throw source.error(
            "members " + twin + " and " + label + " are the same run; list each value once");
      }
      members.add(new Sweep.Member(label, texts(axes, values, effective), config, effective, hash));
    }
    return new Sweep(members.get(0).config().name(), members);
  }

  /**
   * The config that a run was made with, from the tree that the run recorded.
   *
   * @param source what messages call it, for instance the file's name
   * @throws ConfigException when it is not valid
   */
  public ExperimentConfig effective(JsonNode tree, String source) {
    return new Binder(source).bind(tree, tasks);
  }

  /** A field that holds a list: the keys that lead to it, and the list's values. */
  private record Axis(List<String> keys, List<JsonNode> values) {
    String path() {
      return String.join(".", keys);
    }

    String key() {
      return keys.get(keys.size() - 1);
    }

    /** What {@code value} sets, by path. */
    Map<String, JsonNode> fields(JsonNode value) {
      if (!value.isObject()) {
        return Map.of(path(), value);
      }
      String section = path().substring(0, path().length() - key().length());
      Map<String, JsonNode> fields = new LinkedHashMap<>();
      value
          .properties()
          .forEach(
              field ->
                  fields.put(
                      field.getKey().contains(".") ? field.getKey() : section + field.getKey(),
                      field.getValue()));
      return fields;
    }

    /** What any of its values sets. */
    Set<String> paths() {
      Set<String> paths = new LinkedHashSet<>(Set.of(path()));
      values.forEach(value -> paths.addAll(fields(value).keySet()));
      return paths;
    }
  }

  private static void findAxes(
      ObjectNode mapping, List<String> keys, List<Axis> axes, Source source) {
    for (Map.Entry<String, JsonNode> entry : mapping.properties()) {
      List<String> inner = new ArrayList<>(keys);
      inner.add(entry.getKey());
      if (entry.getValue() instanceof ObjectNode child) {
        findAxes(child, inner, axes, source);
      } else if (entry.getValue().isArray()) {
        List<JsonNode> values = new ArrayList<>();
        entry.getValue().forEach(values::add);
        Axis axis = new Axis(inner, values);
        check(axis, source);
        axes.add(axis);
      }
    }
  }

  private static void check(Axis axis, Source source) {
    if (NOT_SWEPT.contains(axis.path())) {
      throw source.error(axis.path(), "a list, but it cannot be swept; give one value", null);
    }
    if (axis.values().isEmpty()) {
      throw source.error(
          axis.path(), "an empty list is a sweep over nothing; give at least one value", null);
    }
    for (JsonNode value : axis.values()) {
      boolean several = value.isObject() && value.has(axis.key());
      if (value.isContainerNode() && !several) {
        throw source.error(
            axis.path(),
            "a sweep is a list of single values, or of mappings that set "
                + axis.key()
                + " and other fields beside it; found "
                + Binder.found(value)
                + " in it",
            null);
      }
      axis.fields(value)
          .forEach(
              (path, single) -> {
                if (single.isContainerNode()) {
                  throw source.error(
                      path, "in a list, one value; found " + Binder.found(single), null);
                }
              });
    }
  }

  private static void checkApart(List<Axis> axes, Source source) {
    Set<String> taken = new HashSet<>();
    for (Axis axis : axes) {
      for (String path : axis.paths()) {
        if (!taken.add(path)) {
          throw source.error(path, "set by two lists; leave it to one of them", null);
        }
      }
    }
  }

  private static int size(List<Axis> axes, Source source) {
    int size = 1;
    for (Axis axis : axes) {
      // Neither factor exceeds what a file of 1 MB and the cap allow: no overflow.
      long product = (long) size * axis.values().size();
      if (product > MOST_MEMBERS) {
        throw source.error(
            axis.path(),
            "makes the sweep " + product + " runs, of " + MOST_MEMBERS + " allowed; split it",
            null);
      }
      size = (int) product;
    }
    return size;
  }

  /** Puts the values of member {@code index} into {@code tree}, and says what they are. */
  private static Map<String, JsonNode> choose(
      List<Axis> axes, int index, ObjectNode tree, Source source) {
    List<Map<String, JsonNode>> chosen = new ArrayList<>();
    int rest = index;
    for (int a = axes.size() - 1; a >= 0; a--) {
      Axis axis = axes.get(a);
      JsonNode value = axis.values().get(rest % axis.values().size());
      rest /= axis.values().size();
      Map<String, JsonNode> fields = axis.fields(value);
      fields.forEach((path, single) -> put(tree, path, single, source));
      chosen.add(0, fields);
    }
    Map<String, JsonNode> values = new LinkedHashMap<>();
    chosen.forEach(values::putAll);
    return values;
  }

  private static void put(ObjectNode tree, String path, JsonNode value, Source source) {
    String[] keys = path.split("\\.", -1);
    ObjectNode parent = tree;
    for (int i = 0; i < keys.length - 1; i++) {
      if (!parent.has(keys[i])) {
        parent.putObject(keys[i]);
      }
      if (!(parent.get(keys[i]) instanceof ObjectNode inner)) {
        throw source.error(path, keys[i] + " is no section; set a field of one", null);
      }
      parent = inner;
    }
    parent.set(keys[keys.length - 1], value);
  }

  /** Every swept field, also where this member does not set it. */
  private static Map<String, String> texts(
      List<Axis> axes, Map<String, JsonNode> values, JsonNode effective) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Axis axis : axes) {
      for (String path : axis.paths()) {
        JsonNode unset = effective.at("/" + path.replace('.', '/'));
        texts.put(path, values.getOrDefault(path, unset).asText());
      }
    }
    return texts;
  }

  /** A text stands for itself, a number or truth value behind its field's name: rope-seed2. */
  private static String label(Map<String, JsonNode> values) {
    String label =
        values.entrySet().stream()
            .map(
                axis ->
                    axis.getValue().isTextual()
                        ? axis.getValue().textValue()
                        : axis.getKey().substring(axis.getKey().lastIndexOf('.') + 1)
                            + axis.getValue().asText())
            .map(ConfigReader::fileName)
            .collect(Collectors.joining("-"));
    return label.length() <= LONGEST_LABEL ? label : label.substring(0, LONGEST_LABEL);
  }

  /** {@code rope(base=10000,heads=2)} becomes {@code rope_base=10000_heads=2}. */
  private static String fileName(String value) {
    String safe =
        value.replaceAll("[^A-Za-z0-9.=+-]+", "_").replaceAll("^[._-]+", "").replaceAll("_+$", "");
    return safe.isEmpty() ? "_" : safe;
  }

  private static String unique(String label, Set<String> taken) {
    String candidate = label;
    for (int n = 2; !taken.add(candidate); n++) {
      candidate = label + "-" + n;
    }
    return candidate;
  }

  /**
   * SHA-256 of the canonical JSON of an effective config, in hexadecimal: what a run is named by.
   */
  public static String hash(JsonNode effective) {
    try {
      byte[] canonical = CANONICAL.writeValueAsBytes(effective);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(canonical));
    } catch (JsonProcessingException | NoSuchAlgorithmException e) {
      throw new IllegalStateException("every tree can be written, every JDK has SHA-256", e);
    }
  }
}
