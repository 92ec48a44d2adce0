package dev.evertoken.architecture.offenders.house.spi;

import dev.evertoken.architecture.offenders.house.Engine;

final class KnowsTheEngine {
    Engine engine;
}
