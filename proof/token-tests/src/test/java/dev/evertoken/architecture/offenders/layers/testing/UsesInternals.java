package dev.evertoken.architecture.offenders.layers.testing;

import dev.evertoken.architecture.offenders.layers.internal.parts.Parts;

final class UsesInternals {
    Parts parts;
}
