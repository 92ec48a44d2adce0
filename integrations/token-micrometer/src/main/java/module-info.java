/** Metrics and traces of refreshes, callers and stores, with Micrometer. */
@SuppressWarnings("requires-transitive-automatic") // Micrometer declares its names in its manifests alone.
module dev.evertoken.micrometer {
    requires transitive dev.evertoken.core;
    requires transitive micrometer.core;
    requires transitive micrometer.observation;
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports dev.evertoken.micrometer;
}
