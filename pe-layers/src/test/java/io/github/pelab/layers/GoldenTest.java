package io.github.pelab.layers;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pelab.layers.runtime.GraphDefinedLayer;
import io.github.pelab.layers.scheme.Schemes;
import io.github.pelab.layers.sublayer.Activation;
import io.github.pelab.layers.sublayer.AttentionForms;
import io.github.pelab.layers.sublayer.AttentionSettings;
import io.github.pelab.layers.sublayer.BlockSettings;
import io.github.pelab.layers.sublayer.Encoder;
import io.github.pelab.layers.sublayer.FormFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/**
 * Outputs and gradients of the layers are those of another implementation: the files were computed
 * with PyTorch by {@code io.github.pelab.bench.golden} of {@code pe-bench}.
 */
class GoldenTest {
  /** Relative above 1. What sums in another order differ by is a hundredth of it. */
  private static final double TOLERANCE = 1e-12;

  private static final String REMEDY =
      "add it to GoldenCases of pe-bench, its formula beside it, then run"
          + " ./mvnw -Pbench -Dgolden=write -pl pe-bench -am process-classes";

  /** Random, so no values of theirs can be given. */
  private static final Set<String> DROPOUTS =
      Set.of("dropout", "attentionDropout", "innerDropout", "outputDropout");

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final List<Golden> GOLDENS = Golden.all();

  private final Networks networks = Networks.of(DataType.DOUBLE);

  /** A file: see {@code GoldenValues} of pe-bench. */
  private record Golden(String name, JsonNode content) {
    static Golden named(String name) {
      return GOLDENS.stream().filter(each -> each.name.equals(name)).findFirst().orElseThrow();
    }

    static List<Golden> all() {
      try {
        Path directory = Path.of(GoldenTest.class.getResource("/golden").toURI());
        try (Stream<Path> files = Files.list(directory)) {
          return files.sorted().map(Golden::read).toList();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (URISyntaxException e) {
        throw new AssertionError(e);
      }
    }

    private static Golden read(Path file) {
      try {
        String name = file.getFileName().toString().replace(".json", "");
        return new Golden(name, JSON.readTree(file.toFile()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    ObjectNode settings() {
      return content.get("settings").deepCopy();
    }

    String text(String setting) {
      return content.get("settings").get(setting).asText();
    }

    boolean isOf(String layer) {
      return text("layer").equals(layer);
    }

    INDArray array(String name) {
      return array(content.get(name), "values");
    }

    static INDArray array(JsonNode node, String entries) {
      double[] values = JSON.convertValue(node.get(entries), double[].class);
      return Nd4j.createFromArray(values)
          .reshape('c', JSON.convertValue(node.get("shape"), long[].class));
    }

    Map<String, JsonNode> parameters() {
      Map<String, JsonNode> parameters = new TreeMap<>();
      content
          .get("parameters")
          .fields()
          .forEachRemaining(p -> parameters.put(p.getKey(), p.getValue()));
      return parameters;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Golden> files() {
    return GOLDENS.stream();
  }

  @ParameterizedTest
  @MethodSource("files")
  void agrees(Golden golden) {
    assertThat(differences(golden, network(golden, golden.settings())))
        .allSatisfy((what, difference) -> assertThat(difference).as(what).isLessThan(TOLERANCE));
  }

  /** A network of the layer that {@code settings} describe, with the file's parameters. */
  private MultiLayerNetwork network(Golden golden, JsonNode settings) {
    MultiLayerNetwork network = networks.alone(layer(settings));
    assertThat(network.paramTable().keySet())
        .isEqualTo(
            golden.parameters().keySet().stream()
                .map(name -> "0_" + name)
                .collect(Collectors.toSet()));
    golden
        .parameters()
        .forEach(
            (name, node) -> network.getParam("0_" + name).assign(Golden.array(node, "values")));
    return network;
  }

  private static GraphDefinedLayer layer(JsonNode settings) {
    return switch (settings.get("layer").asText()) {
      case "attention" -> attention(new MultiHeadAttention.Builder(), settings).build();
      case "block" -> block(new EncoderBlock.Builder(), settings).build();
      default ->
          block(new EncoderStack.Builder(), settings)
              .vocabulary(settings.get("vocabulary").asInt())
              .layers(settings.get("layers").asInt())
              .memory(settings.get("memory").asBoolean())
              .poolsPadding(settings.get("poolsPadding").asBoolean())
              .finalNorm(settings.get("finalNorm").asBoolean())
              .build();
    };
  }

  private static <T extends BlockBuilder<T>> T block(T builder, JsonNode settings) {
    return attention(builder, settings)
        .feedForward(settings.get("feedForward").asInt())
        .activation(
            Activation.valueOf(settings.get("activation").asText().toUpperCase(Locale.ROOT)));
  }

  private static <T extends AttentionBuilder<T>> T attention(T builder, JsonNode settings) {
    if (settings.has("logitScale")) {
      builder.logitScale(settings.get("logitScale").asDouble());
    }
    return builder
        .scheme(settings.get("scheme").asText())
        .form(settings.get("attention").asText())
        .width(settings.get("width").asInt())
        .heads(settings.get("heads").asInt())
        .maxLength(settings.get("maxLength").asInt())
        .causal(settings.get("causal").asBoolean())
        .seesPadding(settings.get("seesPadding").asBoolean())
        .bias(settings.get("bias").asBoolean());
  }

  /** By how much a network's output and gradients are off, at most. */
  private static Map<String, Double> differences(Golden golden, MultiLayerNetwork network) {
    network.setInput(golden.array("input"));
    network.setLayerMaskArrays(golden.array("mask"), null);
    INDArray output = network.feedForward(true, false).get(1);
    Map<String, Double> differences = new TreeMap<>();
    differences.put("output", difference(golden.array("output"), output));
    Pair<Gradient, INDArray> gradients = network.backpropGradient(golden.array("epsilon"), null);
    golden
        .parameters()
        .forEach(
            (name, node) ->
                differences.put(
                    "gradient of " + name,
                    difference(
                        Golden.array(node, "gradient"),
                        gradients.getFirst().getGradientFor("0_" + name))));
    if (!golden.isOf("stack")) { // token numbers have no gradient
      differences.put(
          "gradient of the input",
          difference(
              Golden.array(golden.content().get("input"), "gradient"), gradients.getSecond()));
    }
    return differences;
  }

  private static double difference(INDArray expected, INDArray found) {
    assertThat(found.shape()).isEqualTo(expected.shape());
    double[] one = expected.data().asDouble();
    double[] other = found.dup('c').data().asDouble();
    double largest = 0;
    for (int i = 0; i < one.length; i++) {
      double difference = Math.abs(one[i] - other[i]) / Math.max(1, Math.abs(one[i]));
      largest = difference <= largest ? largest : difference; // NaN is largest
    }
    return largest;
  }

  /** A hundredth of a per cent of a scheme's option is seen. */
  @Test
  void anotherBaseIsSeen() {
    for (String form : new String[] {"multi-head", "mla"}) {
      Golden golden = Golden.named("attention-" + form + "-rope");
      Map<String, Double> differences =
          differences(golden, network(golden, golden.settings().put("scheme", "rope(base=10001)")));
      assertThat(differences.get("output")).isGreaterThan(TOLERANCE);
      assertThat(differences.get("gradient of the input")).isGreaterThan(TOLERANCE);
    }
  }

  @Test
  void anotherParameterIsSeen() {
    Golden golden = Golden.named("stack-as-released");
    MultiLayerNetwork network = network(golden, golden.settings());
    golden
        .parameters()
        .forEach(
            (name, node) -> {
              INDArray right = Golden.array(node, "values");
              network.getParam("0_" + name).assign(right.add(1e-7));
              assertThat(differences(golden, network).get("output"))
                  .as(name)
                  .isGreaterThan(TOLERANCE);
              network.getParam("0_" + name).assign(right);
            });
    assertThat(differences(golden, network).get("output")).isLessThan(TOLERANCE);
  }

  static Stream<Arguments> formsAndSchemes() {
    return Stream.of("multi-head", "mla")
        .flatMap(form -> Schemes.all().stream().map(scheme -> Arguments.of(form, scheme.name())));
  }

  @ParameterizedTest
  @MethodSource("formsAndSchemes")
  void everySchemeHasGoldenValues(String form, String scheme) {
    assertThat(
            GOLDENS.stream()
                .filter(golden -> golden.isOf("attention"))
                .filter(golden -> withoutOptions(golden.text("attention")).equals(form))
                .map(golden -> withoutOptions(golden.text("scheme"))))
        .as("schemes with golden values in %s: without %s; %s", form, scheme, REMEDY)
        .contains(scheme);
  }

  private static String withoutOptions(String expression) {
    return expression.replaceAll("\\([^()]*\\)", "");
  }

  @Test
  void everyFormHasGoldenValues() {
    assertThat(GOLDENS.stream().map(golden -> withoutOptions(golden.text("attention"))))
        .as(REMEDY)
        .containsAll(AttentionForms.all().stream().map(FormFactory::name).toList());
  }

  /** Each option of each form, with another value than its default. */
  static Stream<Arguments> formOptions() {
    return AttentionForms.all().stream()
        .flatMap(
            form ->
                form.options().stream().map(option -> Arguments.of(form.name(), option.name())));
  }

  @ParameterizedTest
  @MethodSource("formOptions")
  void everyOptionOfAFormHasGoldenValues(String form, String option) {
    assertThat(
            GOLDENS.stream()
                .map(golden -> AttentionForms.parse(golden.text("attention")).toString()))
        .as(REMEDY)
        .anyMatch(written -> written.matches(form + "\\(.*\\b" + option + "=.*"));
  }

  static Stream<RecordComponent> options() {
    return Stream.of(AttentionSettings.class, BlockSettings.class, Encoder.class)
        .flatMap(settings -> Arrays.stream(settings.getRecordComponents()))
        .filter(option -> !option.getType().isRecord())
        .filter(option -> !DROPOUTS.contains(option.getName()));
  }

  /** Both values of a flag, all of a choice, one of anything else. */
  @ParameterizedTest
  @MethodSource("options")
  void everyOptionOfAStackHasGoldenValues(RecordComponent option) {
    String setting = option.getName().equals("form") ? "attention" : option.getName();
    Object[] choices = option.getType().getEnumConstants();
    List<String> values =
        option.getType() == boolean.class
            ? List.of("true", "false")
            : Arrays.stream(choices == null ? new Object[0] : choices)
                .map(choice -> choice.toString().toLowerCase(Locale.ROOT))
                .toList();
    assertThat(
            GOLDENS.stream()
                .filter(golden -> golden.isOf("stack"))
                .filter(golden -> golden.settings().has(setting))
                .map(golden -> golden.text(setting)))
        .as("values of %s that have golden values; %s", setting, REMEDY)
        .isNotEmpty()
        .containsAll(values);
  }
}
