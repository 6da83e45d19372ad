package org.kronocyte.config;

import org.kronocyte.config.yaml.Values;
import org.kronocyte.config.yaml.YamlSection;

/**
 * Who sends the results. Neither has a default: two devices with one name would overwrite each
 * other's messages.
 *
 * @param site the clinic, {@code [a-z0-9-]{1,40}}
 * @param name the device, unique within the site, {@code [a-z0-9-]{1,40}}
 */
public record DeviceIdentity(String site, String name) {
  static DeviceIdentity read(YamlSection in) {
    in.require("site", "the clinic's name in topics", "clinic-1");
    in.require("name", "this device's name, unique within the site", "scope-1");
    // An absent value is a noted problem, so the empty text never leaves this package.
    DeviceIdentity identity =
        new DeviceIdentity(
            Values.id(in, "site", "clinic-1").orElse(""),
            Values.id(in, "name", "scope-1").orElse(""));
    in.finish();
    return identity;
  }
}
