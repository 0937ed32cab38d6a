package io.github.pelab.layers.scheme;

/** Makes schemes of one name. */
public interface SchemeFactory extends ExpressionFactory<PositionalScheme> {}
