package dev.evertoken.architecture.offenders.layers.spi;

import dev.evertoken.architecture.offenders.layers.Engine;

final class KnowsTheEngine {
    Engine engine;
}
