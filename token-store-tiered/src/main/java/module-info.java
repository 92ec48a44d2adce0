/** A chain of stores: one authority, and copies for the time when it does not respond. */
module dev.evertoken.store.tiered {
    requires com.github.benmanes.caffeine;
    requires transitive dev.evertoken.core;
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports dev.evertoken.store.tiered;
}
