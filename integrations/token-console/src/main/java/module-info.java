/** A page that shows the accounts of an engine, and lets an operator refresh, check, reconnect and disconnect them. */
module dev.evertoken.console {
    requires transitive dev.evertoken.core;
    requires jdk.httpserver;
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports dev.evertoken.console;
}
