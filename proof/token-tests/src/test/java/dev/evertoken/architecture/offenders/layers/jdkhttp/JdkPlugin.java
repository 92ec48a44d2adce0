package dev.evertoken.architecture.offenders.layers.jdkhttp;

import dev.evertoken.architecture.offenders.layers.okhttp.Plugin;

final class JdkPlugin {
    Plugin sideways;
}
