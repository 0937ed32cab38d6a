package io.github.pelab.ablation.regression;

import io.github.pelab.train.run.RunRecord.Provenance;

/**
 * What a night's numbers come from: a run's provenance without what is of that machine's user.
 *
 * @param gitCommit hash, with {@code +changes} behind it when the tree was dirty; {@code unknown}
 *     outside a checkout
 * @param blas which, and with how many threads
 * @param kernel what the layers were run by
 */
public record Origin(
    String gitCommit,
    String peVersion,
    String dl4jVersion,
    String jvm,
    String cpu,
    String blas,
    String kernel) {

  public Origin {
    Check.text("gitCommit", gitCommit);
    Check.text("peVersion", peVersion);
    Check.text("dl4jVersion", dl4jVersion);
    Check.text("jvm", jvm);
    Check.text("cpu", cpu);
    Check.text("blas", blas);
    Check.text("kernel", kernel);
  }

  /** That of a run. */
  public static Origin of(Provenance run) {
    return new Origin(
        run.gitCommit(),
        run.peVersion(),
        run.dl4jVersion(),
        run.jvm(),
        run.cpu(),
        run.blas() + ", threads: " + run.blasThreads(),
        run.kernel());
  }
}
