package dev.evertoken.spring.boot3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.spring.config.ClientSettings;
import dev.evertoken.spring.config.PropertyNames;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.util.ClassUtils;

/** The metadata that an IDE reads, and the list of names, have exactly the properties that are bound. */
class MetadataTest {

    @Test
    void theMetadataHaveEveryPropertyWithItsTypeAndADescription() throws IOException {
        Map<String, String> described = new TreeMap<>();
        for (Map<String, Object> property : entries("properties")) {
            described.put((String) property.get("name"), (String) property.get("type"));
            assertThat((String) property.get("description")).as("%s", property).matches("[A-Z].*\\.");
        }
        Map<String, String> bound = bound("evertoken", EvertokenProperties.class);
        bound.put("evertoken.clients", "java.util.Map<java.lang.String," + ClientSettings.class.getName() + ">");

        assertThat(described).isEqualTo(bound);
    }

    @Test
    void everyGroupIsATypeThatExists() throws IOException {
        assertThat(entries("groups"))
                .isNotEmpty()
                .allSatisfy(group -> assertThat(ClassUtils.isPresent((String) group.get("type"), null))
                        .as("%s", group)
                        .isTrue());
    }

    @Test
    void theListOfNamesHasEveryProperty() {
        Map<String, String> bound = bound("evertoken", EvertokenProperties.class);
        bound.remove("evertoken.clients");
        bound.putAll(bound("evertoken.clients.*", ClientSettings.class));

        assertThat(PropertyNames.all()).containsExactlyInAnyOrderElementsOf(bound.keySet());
    }

    private static Map<String, String> bound(String prefix, Class<?> type) {
        Map<String, String> bound = new TreeMap<>();
        for (RecordComponent component : type.getRecordComponents()) {
            String name = prefix + "." + DataObjectPropertyName.toDashedForm(component.getName());
            Class<?> value = component.getType();
            if (value.isRecord()) {
                bound.putAll(bound(name, value));
            } else {
                bound.put(name, ClassUtils.resolvePrimitiveIfNecessary(value).getName());
            }
        }
        return bound;
    }

    @SuppressWarnings("unchecked") // the structure of the file
    private static List<Map<String, Object>> entries(String member) throws IOException {
        try (InputStream in = MetadataTest.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
            String json = new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
            return new ArrayList<>((List<Map<String, Object>>)
                    JsonParserFactory.getJsonParser().parseMap(json).get(member));
        }
    }
}
