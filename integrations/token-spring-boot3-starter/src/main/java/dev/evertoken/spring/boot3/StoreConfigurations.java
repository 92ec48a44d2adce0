package dev.evertoken.spring.boot3;

import dev.evertoken.model.Secret;
import dev.evertoken.spring.config.JdbcStoreOpener;
import dev.evertoken.spring.config.JedisStoreOpener;
import dev.evertoken.spring.config.RedisConnectionStoreOpener;
import dev.evertoken.spring.config.StoreSettings;
import dev.evertoken.store.jdbc.JdbcTokenStore;
import dev.evertoken.store.redis.RedisTokenStore;
import java.util.Objects;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import redis.clients.jedis.UnifiedJedis;

/** The stores that need a module of their own, each if that module is on the class path. Stateless. Thread-safe. */
final class StoreConfigurations {

    private StoreConfigurations() {}

    /** The store in a database. Stateless. Thread-safe. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({JdbcTokenStore.class, DataSourceBuilder.class})
    static class Jdbc {

        @Bean
        JdbcStoreOpener evertokenJdbcStore(ObjectProvider<DataSource> sources) {
            return new JdbcStoreOpener(sources, Jdbc::connect);
        }

        private static DataSource connect(StoreSettings.Jdbc jdbc) {
            DataSourceBuilder<?> source = DataSourceBuilder.create().url(Objects.requireNonNull(jdbc.url()));
            String username = jdbc.username();
            if (username != null) {
                source.username(username);
            }
            Secret password = jdbc.password();
            if (password != null) {
                source.password(password.reveal());
            }
            return source.build();
        }
    }

    /** The store in Redis, over a Jedis client of the application. Stateless. Thread-safe. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({RedisTokenStore.class, UnifiedJedis.class})
    static class Jedis {

        @Bean
        @Order(0)
        JedisStoreOpener evertokenJedisStore(ObjectProvider<UnifiedJedis> clients) {
            return new JedisStoreOpener(clients);
        }
    }

    /** The store in Redis, over the connection factory of the application. Stateless. Thread-safe. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({RedisTokenStore.class, RedisConnectionFactory.class})
    static class RedisConnection {

        @Bean
        @Order // after Jedis, whose client needs no scripts for reads
        RedisConnectionStoreOpener evertokenRedisConnectionStore(ObjectProvider<RedisConnectionFactory> factories) {
            return new RedisConnectionStoreOpener(factories);
        }
    }
}
