/** Tokens in applications of the Spring Framework: HTTP clients, the routes of the consent, and Redis. */
@SuppressWarnings("requires-transitive-automatic") // Spring declares its names in its manifests alone.
module dev.evertoken.spring {
    requires transitive dev.evertoken.core;
    requires static transitive dev.evertoken.console;
    requires static dev.evertoken.providers;
    requires static dev.evertoken.store.jdbc;
    requires static transitive dev.evertoken.store.redis;
    requires static transitive jakarta.servlet;
    requires static transitive java.sql;
    requires static transitive org.jspecify;
    requires static org.reactivestreams;
    requires org.slf4j;
    requires static transitive reactor.core;
    requires static transitive redis.clients.jedis;
    requires static transitive spring.beans;
    requires static transitive spring.context;
    requires transitive spring.core;
    requires static transitive spring.data.redis;
    requires static spring.tx;
    requires transitive spring.web;
    requires static transitive spring.webflux;
    requires static transitive spring.webmvc;

    exports dev.evertoken.spring;
    exports dev.evertoken.spring.config;
    exports dev.evertoken.spring.reactive;
    exports dev.evertoken.spring.redis;
    exports dev.evertoken.spring.web;
}
