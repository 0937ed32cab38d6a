package io.github.pelab.bench.golden;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import com.google.gson.Gson;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Writes the files of golden values, one a case, or recomputes them and compares. A file holds a
 * layer's settings, parameters, input, mask and ε; its output; and the gradients of Σ output · ε.
 */
public final class GoldenValues {
  /** Between two machines: sums of a few hundred products in another order. */
  private static final double ROUNDING = 1e-12;

  private static final Gson GSON = new Gson();

  private final Path directory;

  private GoldenValues(Path directory) {
    this.directory = directory;
  }

  /**
   * {@code write DIRECTORY} or {@code check DIRECTORY}.
   *
   * @throws IllegalStateException if the files are not what is computed; it names them
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2 || !List.of("write", "check").contains(arguments[0])) {
      throw new IllegalArgumentException(
          "found arguments %s; say write DIRECTORY or check DIRECTORY"
              .formatted(List.of(arguments)));
    }
    // Everything comes with the jars; without this DJL would look for the rest on the Internet.
    System.setProperty("ai.djl.offline", "true");
    GoldenValues values = new GoldenValues(Path.of(arguments[1]).normalize());
    Map<String, Map<String, Object>> computed =
        GoldenCases.all().stream()
            .collect(Collectors.toMap(each -> each.name() + ".json", GoldenValues::evaluated));
    if (arguments[0].equals("write")) {
      values.write(computed);
    } else {
      values.check(computed);
    }
  }

  private static Map<String, Object> evaluated(Case layer) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        GradientCollector gradients = Engine.getEngine("PyTorch").newGradientCollector()) {
      Tensors tensors = new Tensors(manager, layer.name());
      Model model = new Model(layer, tensors);
      boolean stack = layer.text("layer").equals("stack");
      NDArray input =
          stack
              ? tensors.wholeNumbers("input", layer.whole("vocabulary"), Case.BATCH, layer.length())
              : tensors.drawn("input", Case.BATCH, layer.length(), layer.whole("width"));
      input.setRequiresGradient(!stack);
      NDArray output = model.output(input);
      NDArray epsilon = tensors.drawn("epsilon", output.getShape().getShape());
      gradients.backward(output.mul(epsilon).sum());

      Map<String, Object> parameters = new LinkedHashMap<>();
      tensors
          .parameters()
          .forEach((name, value) -> parameters.put(name, described(value, value.getGradient())));
      Map<String, Object> file = new LinkedHashMap<>();
      file.put("settings", layer.settings());
      file.put("mask", described(model.mask(), null));
      file.put("input", described(input, stack ? null : input.getGradient()));
      file.put("epsilon", described(epsilon, null));
      file.put("output", described(output, null));
      file.put("parameters", parameters);
      return file;
    }
  }

  private static Map<String, Object> described(NDArray array, NDArray gradient) {
    Map<String, Object> described = new LinkedHashMap<>();
    described.put("shape", array.getShape().getShape());
    described.put("values", array.toDoubleArray());
    if (gradient != null) {
      described.put("gradient", gradient.toDoubleArray());
    }
    return described;
  }

  private void write(Map<String, Map<String, Object>> computed) throws IOException {
    Files.createDirectories(directory);
    for (String stale : files()) {
      Files.delete(directory.resolve(stale));
    }
    for (Map.Entry<String, Map<String, Object>> each : computed.entrySet()) {
      Files.writeString(directory.resolve(each.getKey()), json(each.getValue(), 3) + "\n");
    }
    System.out.printf("%d files written to %s%n", computed.size(), directory);
  }

  /** One line for each array: objects down to {@code depth} are broken into lines. */
  private static String json(Object value, int depth) {
    if (depth == 0 || !(value instanceof Map<?, ?> map)) {
      return GSON.toJson(value);
    }
    return map.entrySet().stream()
        .map(each -> GSON.toJson(each.getKey()) + ": " + json(each.getValue(), depth - 1))
        .collect(Collectors.joining(",\n", "{", "}"));
  }

  private void check(Map<String, Map<String, Object>> computed) throws IOException {
    List<String> differing = new ArrayList<>(files());
    differing.removeAll(computed.keySet());
    for (Map.Entry<String, Map<String, Object>> each : computed.entrySet()) {
      Path file = directory.resolve(each.getKey());
      Object found = Files.exists(file) ? GSON.fromJson(Files.readString(file), Map.class) : null;
      if (!agree(GSON.fromJson(GSON.toJson(each.getValue()), Map.class), found)) {
        differing.add(each.getKey());
      }
    }
    if (!differing.isEmpty()) {
      throw new IllegalStateException(
          "%s: not what is computed now: %s; if that is meant, write them anew"
              .formatted(directory, differing));
    }
    System.out.printf("%d files in %s are what is computed now%n", computed.size(), directory);
  }

  private static boolean agree(Object one, Object other) {
    if (one instanceof Double a && other instanceof Double b) {
      return Math.abs(a - b) <= ROUNDING * Math.max(1, Math.abs(a));
    }
    if (one instanceof List<?> a && other instanceof List<?> b) {
      boolean agree = a.size() == b.size();
      for (int i = 0; agree && i < a.size(); i++) {
        agree = agree(a.get(i), b.get(i));
      }
      return agree;
    }
    if (one instanceof Map<?, ?> a && other instanceof Map<?, ?> b) {
      return a.keySet().equals(b.keySet())
          && a.keySet().stream().allMatch(key -> agree(a.get(key), b.get(key)));
    }
    return Objects.equals(one, other);
  }

  private List<String> files() throws IOException {
    List<String> names = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.json")) {
        files.forEach(file -> names.add(file.getFileName().toString()));
      }
    }
    return names;
  }
}
