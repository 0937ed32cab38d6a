# The encoder and its training step as TorchScript, PyTorch's own language for programs without Python. The interpreter runs
# the same operators as a Python program would, one after another, and lets go of a tensor after its last use as Python does.
# Legend: B batch, T time, D width, H heads, K = D/H head size.
class Encoder(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  layers : int
  heads : int
  dropout : float
  masked : bool
  fused : bool
  learning_rate : float
  beta1 : float
  beta2 : float
  epsilon : float
  decay : float

  # The loss, then its gradients by the parameters. tokens [B, T], labels [B], mask [B, T] (true at a token), angles
  # [T, K/2, 2] their cosines and sines, parameters as TorchTraining lists them.
  def forward(self: __torch__.Encoder, tokens: Tensor, labels: Tensor, mask: Tensor, angles: Tensor, parameters: List[Tensor]) -> List[Tensor]:
    x = torch.embedding(parameters[0], tokens)
    for n in range(self.layers):
      if self.fused:
        x = self.fused_block(x, mask, angles, parameters[1 + 12 * n : 13 + 12 * n])
      else:
        x = self.block(x, mask, angles, parameters[1 + 16 * n : 17 + 16 * n])
    x = torch.layer_norm(x, [x.size(-1)], parameters[-4], parameters[-3], 1.0e-05)
    if self.masked:
      weights = mask.unsqueeze(-1).to(x.dtype)
      x = torch.div(torch.sum(x * weights, [1]), torch.sum(weights, [1]))
    else:
      x = torch.mean(x, [1])
    loss = torch.cross_entropy_loss(torch.linear(x, parameters[-2], parameters[-1]), labels)
    results = [loss.detach()]
    for gradient in torch.grad([loss], parameters):
      if gradient is not None:
        results.append(gradient)
    return results

  # As the authors of arXiv 2505.13027 compute it: each operator by its formula.
  def block(self: __torch__.Encoder, x: Tensor, mask: Tensor, angles: Tensor, p: List[Tensor]) -> Tensor:
    normed = torch.layer_norm(x, [x.size(-1)], p[0], p[1], 1.0e-05)
    query = self.rotated(self.by_head(torch.linear(normed, p[2], p[3])), angles)
    key = self.rotated(self.by_head(torch.linear(normed, p[4], p[5])), angles)
    value = self.by_head(torch.linear(normed, p[6], p[7]))
    logits = torch.matmul(query, key.transpose(-2, -1)) / query.size(-1) ** 0.5
    if self.masked:
      logits = torch.masked_fill(logits, torch.logical_not(mask)[:, None, None, :], -inf)
    weights = torch.dropout(torch.softmax(logits, -1), self.dropout, True)
    mixed = torch.matmul(weights, value).transpose(1, 2).contiguous().view([x.size(0), x.size(1), x.size(2)])
    x = x + torch.dropout(torch.linear(mixed, p[8], p[9]), self.dropout, True)
    normed = torch.layer_norm(x, [x.size(-1)], p[10], p[11], 1.0e-05)
    hidden = torch.relu(torch.linear(normed, p[12], p[13]))
    return x + torch.dropout(torch.linear(hidden, p[14], p[15]), self.dropout, True)

  # The fastest that we could build: one product for query, key and value, rotation by complex numbers, fused attention.
  def fused_block(self: __torch__.Encoder, x: Tensor, mask: Tensor, angles: Tensor, p: List[Tensor]) -> Tensor:
    normed = torch.layer_norm(x, [x.size(-1)], p[0], p[1], 1.0e-05)
    inputs = torch.linear(normed, p[2], p[3]).view([x.size(0), x.size(1), 3, self.heads, -1])
    turned = torch.view_as_complex(inputs[:, :, :2].unflatten(-1, [-1, 2])) * torch.view_as_complex(angles)[:, None, None, :]
    rotated = torch.view_as_real(turned).flatten(-2)
    query = rotated[:, :, 0].transpose(1, 2)
    key = rotated[:, :, 1].transpose(1, 2)
    value = inputs[:, :, 2].transpose(1, 2)
    if self.masked:
      mixed = torch.scaled_dot_product_attention(query, key, value, mask[:, None, None, :], self.dropout)
    else:
      mixed = torch.scaled_dot_product_attention(query, key, value, None, self.dropout)
    mixed = mixed.transpose(1, 2).reshape([x.size(0), x.size(1), x.size(2)])
    x = x + torch.dropout(torch.linear(mixed, p[4], p[5]), self.dropout, True)
    normed = torch.layer_norm(x, [x.size(-1)], p[6], p[7], 1.0e-05)
    hidden = torch.relu(torch.linear(normed, p[8], p[9]))
    return x + torch.dropout(torch.linear(hidden, p[10], p[11]), self.dropout, True)

  def by_head(self: __torch__.Encoder, x: Tensor) -> Tensor:
    return x.view([x.size(0), x.size(1), self.heads, -1]).transpose(1, 2)

  # Interleaved pairs of [B, H, T, K].
  def rotated(self: __torch__.Encoder, x: Tensor, angles: Tensor) -> Tensor:
    cos = angles[..., 0]
    sin = angles[..., 1]
    first = x[..., ::2]
    second = x[..., 1::2]
    return torch.stack([first * cos - second * sin, first * sin + second * cos], -1).flatten(-2)

  # AdamW(fused=True), called without gradients: of weights, and of the rest. What is returned only has to be something.
  def update_weights(self: __torch__.Encoder, parameters: List[Tensor], gradients: List[Tensor], means: List[Tensor], variances: List[Tensor], steps: List[Tensor]) -> Tensor:
    torch._foreach_add_(steps, 1)
    torch._fused_adamw_(parameters, gradients, means, variances, [], steps, lr=self.learning_rate, beta1=self.beta1,
      beta2=self.beta2, weight_decay=self.decay, eps=self.epsilon, amsgrad=False, maximize=False)
    return steps[0]

  def update_rest(self: __torch__.Encoder, parameters: List[Tensor], gradients: List[Tensor], means: List[Tensor], variances: List[Tensor], steps: List[Tensor]) -> Tensor:
    torch._foreach_add_(steps, 1)
    torch._fused_adamw_(parameters, gradients, means, variances, [], steps, lr=self.learning_rate, beta1=self.beta1,
      beta2=self.beta2, weight_decay=0.0, eps=self.epsilon, amsgrad=False, maximize=False)
    return steps[0]
