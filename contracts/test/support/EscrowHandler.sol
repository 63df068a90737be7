// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ComputeEscrow} from "../../src/ComputeEscrow.sol";
import {GataToken} from "../../src/GataToken.sol";
import {Vm} from "./Vm.sol";

/// @notice Does to the escrow whatever buyers and gateways may do, in any order.
contract EscrowHandler {
    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    uint256 private constant BUYERS = 3;

    ComputeEscrow private immutable _escrow;
    address private immutable _gateway;
    bytes32 private immutable _domain;

    uint256 public deposited;
    uint256 public charged;
    uint256 public withdrawn;
    uint256 public calls;
    /// @notice A voucher was charged for less than one before it.
    bool public wentBack;

    constructor(GataToken token, ComputeEscrow escrow, address gateway, bytes32 domain) {
        _escrow = escrow;
        _gateway = gateway;
        _domain = domain;
        token.approve(address(escrow), type(uint256).max);
    }

    function buyer(uint256 index) public pure returns (address) {
        return vm.addr(keyOf(index));
    }

    function buyers() external pure returns (uint256) {
        return BUYERS;
    }

    function deposit(uint256 index, uint72 amount) external {
        ++calls;
        if (amount == 0) return;
        _escrow.deposit(buyer(index), amount);
        deposited += amount;
    }

    function charge(uint256 index, uint72 cumulative) external {
        ++calls;
        address who = buyer(index);
        bytes32 message = keccak256(abi.encode(_escrow.VOUCHER_TYPEHASH(), who, _gateway, uint256(cumulative)));
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(keyOf(index), keccak256(abi.encodePacked(hex"1901", _domain, message)));
        ComputeEscrow.Voucher[] memory vouchers = new ComputeEscrow.Voucher[](1);
        vouchers[0] = ComputeEscrow.Voucher(who, _gateway, cumulative, abi.encodePacked(r, s, v));
        uint256 before = _escrow.charged(who, _gateway);
        try _escrow.charge(vouchers) returns (uint256 sum) {
            charged += sum;
            if (_escrow.charged(who, _gateway) <= before) wentBack = true;
        } catch {}
    }

    function requestWithdrawal(uint256 index, uint72 amount) external {
        ++calls;
        uint256 most = _escrow.depositOf(buyer(index));
        vm.prank(buyer(index));
        _escrow.requestWithdrawal(uint192(most == 0 ? 0 : amount % (most + 1)));
    }

    function withdraw(uint256 index) external {
        ++calls;
        try _escrow.withdraw(buyer(index)) returns (uint256 amount) {
            withdrawn += amount;
        } catch {}
    }

    function payStakers() external {
        ++calls;
        try _escrow.payStakers() {} catch {}
    }

    function pass(uint32 duration) external {
        ++calls;
        vm.warp(vm.getBlockTimestamp() + (duration % 3 days));
    }

    function keyOf(uint256 index) private pure returns (uint256) {
        return 0xB0B0 + (index % BUYERS);
    }
}
