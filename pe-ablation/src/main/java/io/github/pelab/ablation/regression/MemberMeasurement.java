package io.github.pelab.ablation.regression;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.pelab.ablation.AblationRow;
import io.github.pelab.train.Experiment;
import io.github.pelab.train.config.ConfigReader;
import io.github.pelab.train.config.Sweep;
import io.github.pelab.train.run.MetricsRow;
import io.github.pelab.train.run.RunDirectory;
import io.github.pelab.train.run.StrictJson;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/** Condenses a run into a {@link Measurement}. */
public final class MemberMeasurement {
  private static final String CHECKPOINT = "best";
  private static final String SEED = "training.seed";

  private MemberMeasurement() {}

  /** Of a member that is trained and ablated. */
  public static Measurement of(Sweep.Member member, Experiment experiment, RunDirectory run) {
    MetricsRow.Evaluation result = run.result(CHECKPOINT);
    MultiLayerNetwork network = experiment.trainedNetwork(run, CHECKPOINT);
    Probe probe = Probe.of(experiment);
    List<String> faults = new ArrayList<>(probe.faults());
    faults.addAll(SelfCheck.faults(experiment, network));
    List<AblationRow> rows = run.rows(RunDirectory.ABLATION, AblationRow.class);
    return new Measurement(
        member.label(),
        configuration(member),
        configurationHash(member),
        member.hash(),
        run.read().provenance().fingerprint(),
        result.correct(),
        result.total(),
        result.loss(),
        Networks.parameters(network),
        layers(rows),
        Digest.of(StrictJson.MAPPER.valueToTree(rows).toString()),
        probe.numbers(),
        faults);
  }

  /** A member that could not be trained, ablated or measured. */
  public static Night.Failure failed(Sweep.Member member, String message) {
    return new Night.Failure(
        member.label(), configuration(member), configurationHash(member), message);
  }

  /** The values of all axes but the seed; a number or truth value behind its field's name. */
  private static String configuration(Sweep.Member member) {
    String values =
        member.axes().entrySet().stream()
            .filter(axis -> !axis.getKey().equals(SEED))
            .map(axis -> value(member.effective(), axis.getKey(), axis.getValue()))
            .collect(Collectors.joining(", "));
    return values.isBlank() ? member.config().name() : values;
  }

  private static String value(JsonNode config, String path, String value) {
    JsonNode found = config.at("/" + path.replace('.', '/'));
    return found.isNumber() || found.isBoolean()
        ? path.substring(path.lastIndexOf('.') + 1) + " " + value
        : value;
  }

  private static String configurationHash(Sweep.Member member) {
    ObjectNode config = member.effective().deepCopy();
    config.withObject("/training").remove("seed");
    return ConfigReader.hash(config);
  }

  private static List<Measurement.Layer> layers(List<AblationRow> rows) {
    List<Measurement.Layer> layers = new ArrayList<>();
    for (AblationRow row : rows) {
      if (row instanceof AblationRow.Layer layer) {
        List<Long> right =
            heads(rows).stream()
                .filter(head -> head.layer() == layer.layer())
                .map(AblationRow.Head::correct)
                .toList();
        layers.add(new Measurement.Layer(layer.verdict(), right));
      }
    }
    return layers;
  }

  private static List<AblationRow.Head> heads(List<AblationRow> rows) {
    return rows.stream()
        .filter(AblationRow.Head.class::isInstance)
        .map(AblationRow.Head.class::cast)
        .toList();
  }
}
