/**
 * What heads are worth while a network is trained, epoch by epoch: when does one begin to carry a
 * layer's work?
 */
package io.github.pelab.ablation.formation;
