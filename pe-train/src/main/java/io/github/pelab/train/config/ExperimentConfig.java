package io.github.pelab.train.config;

import io.github.pelab.tasks.Describe;
import java.util.regex.Pattern;

/**
 * One run, completely: every default filled in, every range checked. A YAML file says one of these,
 * or, where it holds lists, a {@link Sweep} of them.
 */
public record ExperimentConfig(
    @Describe(value = "Version of this format; required, 1", example = "1") Integer schemaVersion,
    @Describe(
            value = "Name of the experiment and of the directory of its runs; required",
            example = "my-experiment")
        String name,
    @Describe("What is learned; required") TaskConfig task,
    @Describe("Sizes of the splits") DataConfig data,
    @Describe("The Transformer; required") ModelConfig model,
    @Describe("Optimisation") TrainingConfig training,
    @Describe("How heads are ablated after training") AblationConfig ablation,
    @Describe("How the spectra of logits are watched during training") SpectraConfig spectra) {

  /** The one version of the format that this code reads. */
  public static final int SCHEMA_VERSION = 1;

  // It names a directory: no separators, no leading dot or dash.
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  public ExperimentConfig {
    Field.required("schemaVersion", schemaVersion, "write schemaVersion: " + SCHEMA_VERSION);
    checkVersion(schemaVersion);
    Field.required("name", name, "name the experiment, for instance name: quickstart");
    Field.check(
        NAME.matcher(name).matches(),
        "name",
        ConfigException.quoted(name),
        "use 1 to 64 letters, digits, '.', '_' and '-', starting with a letter or digit");
    Field.required("task", task, "write task: {name: …}");
    data = data == null ? new DataConfig(null, null, null) : data;
    Field.required("model", model, "write model: {scheme: …}");
    training = training == null ? TrainingConfig.DEFAULTS : training;
    ablation = Field.or(ablation, AblationConfig.DEFAULTS);
    spectra = Field.or(spectra, SpectraConfig.DEFAULTS);
    Field.check(
        spectra.every() == 0 || spectra.examples() <= data.validation(),
        "spectra.examples",
        spectra.examples(),
        "the validation split has " + data.validation() + "; choose at most that");
    long updatesPerEpoch = (data.train() + training.batch() - 1L) / training.batch();
    Field.check(
        updatesPerEpoch <= Integer.MAX_VALUE / training.epochs(),
        "training.epochs",
        training.epochs(),
        "with %d updates an epoch, choose at most %d"
            .formatted(updatesPerEpoch, Integer.MAX_VALUE / updatesPerEpoch));
  }

  static void checkVersion(int version) {
    Field.check(
        version == SCHEMA_VERSION,
        "schemaVersion",
        version,
        "this program reads version " + SCHEMA_VERSION);
  }

  ExperimentConfig withTask(TaskConfig effective) {
    return new ExperimentConfig(
        schemaVersion, name, effective, data, model, training, ablation, spectra);
  }
}
