#include <math.h>

#include "call.h"

/* How a value is stored: nvmlValueType_t. */
enum { VALUE_UNSIGNED = 1, VALUE_UNSIGNED64 = 3 };
/* Field numbers of NVML's interface. */
enum {
  FIELD_MEMORY_TEMPERATURE = 82,
  FIELD_TOTAL_ENERGY = 83,
  FIELD_POWER_AVERAGE = 185,
  FIELD_POWER_INSTANT = 186,
  FIELD_POWER_LEAST_LIMIT = 187,
  FIELD_POWER_MOST_LIMIT = 188,
  FIELD_POWER_DEFAULT_LIMIT = 189,
  FIELD_POWER_CURRENT_LIMIT = 190,
  FIELD_ENERGY = 191,
  FIELD_POWER_REQUESTED_LIMIT = 192,
};

static Return unsignedField(FieldValue *field, int isSupported, double value) {
  REQUIRE(isSupported, NOT_SUPPORTED);
  field->valueType = VALUE_UNSIGNED;
  field->value.asUnsigned = (uint32_t)lround(value);
  return SUCCESS;
}

static Return fillField(const Card *card, const Model *model, FieldValue *field) {
  int hasPower = SETTING(card, supportsPower) != 0;
  int hasLimit = SETTING(card, supportsPowerLimit) != 0;
  switch (field->fieldId) {
    case FIELD_MEMORY_TEMPERATURE:
      return unsignedField(field, SETTING(card, supportsMemoryTemperature) != 0, cardMemoryTemperature(card, model));
    case FIELD_TOTAL_ENERGY:
    case FIELD_ENERGY:
      REQUIRE(SETTING(card, supportsEnergy) != 0, NOT_SUPPORTED);
      field->valueType = VALUE_UNSIGNED64;
      field->value.asUnsigned64 = (uint64_t)model->energyMillijoules;
      return SUCCESS;
    case FIELD_POWER_AVERAGE:
    case FIELD_POWER_INSTANT: return unsignedField(field, hasPower, cardDerive(card, model).milliwatts);
    case FIELD_POWER_LEAST_LIMIT: return unsignedField(field, hasLimit, SETTING(card, powerMinimumMilliwatts));
    case FIELD_POWER_MOST_LIMIT: return unsignedField(field, hasLimit, SETTING(card, powerMaximumMilliwatts));
    case FIELD_POWER_DEFAULT_LIMIT: return unsignedField(field, hasLimit, SETTING(card, powerDefaultMilliwatts));
    case FIELD_POWER_CURRENT_LIMIT:
    case FIELD_POWER_REQUESTED_LIMIT: return unsignedField(field, hasLimit, SETTING(card, powerLimitMilliwatts));
    default: return NOT_SUPPORTED;
  }
}

EXPORT Return nvmlDeviceGetFieldValues(Device device, int count, FieldValue *fields) {
  DEVICE_CALL(nvmlDeviceGetFieldValues);
  REQUIRE(fields != NULL && count > 0, INVALID_ARGUMENT);
  Model model = cardModel(card);
  for (int index = 0; index < count; index++) {
    fields[index].timestamp = (int64_t)cardMicroseconds(state(), &model);
    fields[index].latencyMicroseconds = 0;
    fields[index].value.asUnsigned64 = 0;
    fields[index].result = (uint32_t)fillField(card, &model, &fields[index]);
  }
  return SUCCESS;
}
