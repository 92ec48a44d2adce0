package dev.evertoken.architecture.offenders.layers.providers;

import dev.evertoken.architecture.offenders.layers.Engine;

final class KnowsTheRoot {
    Engine engine;
}
