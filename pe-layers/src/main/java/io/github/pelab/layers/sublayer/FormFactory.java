package io.github.pelab.layers.sublayer;

import io.github.pelab.layers.scheme.ExpressionFactory;

/** Makes attention forms of one name. */
public interface FormFactory extends ExpressionFactory<AttentionForm> {}
