"""The facilitator's craft: what an intervention is and what it meets."""
