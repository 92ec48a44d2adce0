/** Copies connections to another service, and delivers messages to other systems from an outbox. */
module dev.evertoken.mirror {
    requires transitive dev.evertoken.core;
    requires okhttp3;
    requires okio;
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports dev.evertoken.mirror;
    exports dev.evertoken.mirror.receiver;
    exports dev.evertoken.outbox;
    exports dev.evertoken.webhooks;
}
